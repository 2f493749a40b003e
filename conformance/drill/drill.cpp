#include "conformance/drill/drill.h"

#include <random>
#include <stdexcept>

#include "conformance/history/operations_json.h"
#include "conformance/program/draw.h"

namespace holdfast::conformance {
namespace {

trace::Plan PlanOf(const Json& json) {
  auto plan = trace::PlanFromJson(json);
  if (!plan) throw std::invalid_argument(plan.error());
  return std::move(*plan);
}

trace::Plan PlanIn(const Json& json, const char* name) {
  return json.contains(name) ? PlanOf(json[name]) : trace::Plan{};
}

std::optional<trace::Approach> ApproachIn(const Json& json, const char* name) {
  if (!json.contains(name)) return std::nullopt;
  auto approach = trace::ApproachFromJson(json[name]);
  if (!approach) throw std::invalid_argument(approach.error());
  return std::move(*approach);
}

std::int64_t Between(const Json& json, const char* name, std::int64_t low, std::int64_t high) {
  const auto number = json.at(name).get<std::int64_t>();
  if (number < low || number > high) {
    throw std::invalid_argument(std::string(name) + " is out of its range");
  }
  return number;
}

class Author {
 public:
  Author(std::uint64_t seed, std::uint64_t number, const Capabilities& claims)
      : random_(Scramble(Scramble(seed) ^ number)), number_(number), claims_(claims) {}

  Drill Write() {
    if (number_ % 4 == 3) return WriteLong();
    Drill drill;
    // On a fresh store, on a small one, and on one that is at its cap by turns.
    if (number_ % 3 != 0) {
      for (std::uint64_t at = 0; at < 2 + Below(4); ++at) drill.fill.push_back(Register());
    }
    if (number_ % 3 == 2 && claims_.max_entries) drill.max_entries = 2;
    for (std::uint64_t at = 0; at < 2 + Below(3); ++at) drill.calls.push_back(Any(at));
    drill.tries_survivors = claims_.multi_process && number_ % 4 == 1;
    return drill;
  }

 private:
  // One in four: small overwrites, so many that a store which rewrites its log, say, every so many
  // writes does it on the way.
  Drill WriteLong() {
    Drill drill;
    const std::uint64_t ids = 2 + Below(3);
    for (std::uint64_t at = 0, count = kLongFill + Below(145); at < count; ++at) {
      const std::string id = "entry-" + std::to_string(at % ids);
      drill.fill.push_back({OpKind::kRegister, id, Json{{"n", ++records_}}, std::nullopt});
    }
    for (std::uint64_t at = 0; at < 2 + Below(3); ++at) drill.calls.push_back(Any(at));
    return drill;
  }

  std::uint64_t Below(std::uint64_t count) { return random_() % count; }
  std::string Id() { return "entry-" + std::to_string(Below(4)); }

  // Now and then one that takes several writes, or several pages.
  Json Record() {
    const int number = ++records_;
    if (Below(8) == 0) return {{"n", number}, {"long", std::string(3000 + Below(9000), 'x')}};
    return {{"n", number}};
  }

  Operation Register() { return {OpKind::kRegister, Id(), Record(), std::nullopt}; }

  Operation Any(std::uint64_t at) {
    switch (at == 0 ? Below(4) : Below(10)) {
      case 3:
      case 4:
      case 5:
        return {OpKind::kConsume, Id(), nullptr, std::nullopt};
      case 6:
        return {OpKind::kClear, "", nullptr, std::nullopt};
      case 7:
        return {OpKind::kLookup, Id(), nullptr, std::nullopt};
      case 8:
        if (claims_.claim) return {OpKind::kClaim, Id(), Record(), std::nullopt};
        return Register();
      case 9:
        if (claims_.delete_op) return {OpKind::kDelete, Id(), nullptr, std::nullopt};
        return Register();
      default:
        return Register();
    }
  }

  std::mt19937_64 random_;
  std::uint64_t number_;
  const Capabilities& claims_;
  int records_ = 0;
};

}  // namespace

Json DrillToJson(const Drill& drill) {
  Json json = {{"start_ms", drill.start_ms},
               {"max_entries", drill.max_entries},
               {"fill", OperationsToJson(drill.fill)},
               {"calls", OperationsToJson(drill.calls)}};
  if (!drill.plan.actions.empty()) json["plan"] = trace::PlanToJson(drill.plan);
  if (!drill.recovery_plan.actions.empty()) {
    json["recovery_plan"] = trace::PlanToJson(drill.recovery_plan);
  }
  if (!drill.survivor_plan.actions.empty()) {
    json["survivor_plan"] = trace::PlanToJson(drill.survivor_plan);
  }
  if (drill.approach) json["approach"] = trace::ApproachToJson(*drill.approach);
  if (drill.recovery_approach) {
    json["recovery_approach"] = trace::ApproachToJson(*drill.recovery_approach);
  }
  if (drill.tries_survivors) json["tries_survivors"] = true;
  if (!drill.profile.empty()) json["profile"] = drill.profile;
  return json;
}

Expected<Drill, std::string> DrillFromJson(const Json& json) {
  std::string where = "setup";
  try {
    Drill drill;
    drill.start_ms = Between(json, "start_ms", 1, kMaxSafeInteger / 2);
    drill.max_entries = Between(json, "max_entries", 1, kMaxSafeInteger);
    drill.tries_survivors = json.value("tries_survivors", false);
    drill.profile = json.value("profile", "");
    where = "fill";
    drill.fill = OperationsFromJson(json.at("fill"));
    where = "calls";
    drill.calls = OperationsFromJson(json.at("calls"));
    where = "plan";
    drill.plan = PlanIn(json, "plan");
    where = "recovery_plan";
    drill.recovery_plan = PlanIn(json, "recovery_plan");
    where = "survivor_plan";
    drill.survivor_plan = PlanIn(json, "survivor_plan");
    where = "approach";
    drill.approach = ApproachIn(json, "approach");
    where = "recovery_approach";
    drill.recovery_approach = ApproachIn(json, "recovery_approach");
    return drill;
  } catch (const std::exception& error) {
    return Unexpected("program, " + where + ": " + error.what());
  }
}

Drill DrawDrill(std::uint64_t seed, std::uint64_t number, const Capabilities& claims) {
  return Author(seed, number, claims).Write();
}

}  // namespace holdfast::conformance
