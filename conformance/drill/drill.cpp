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
    Drill drill;
    // On a fresh store, on a small one, and on one that is at its cap by turns.
    if (number_ % 3 != 0) {
      for (std::uint64_t at = 0; at < 2 + Below(4); ++at) drill.fill.push_back(Register());
    }
    if (number_ % 3 == 2 && claims_.max_entries) drill.max_entries = 2;
    for (std::uint64_t at = 0; at < 2 + Below(3); ++at) drill.calls.push_back(Any(at));
    drill.has_survivor = claims_.multi_process && number_ % 4 == 1;
    return drill;
  }

 private:
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
  if (drill.has_survivor) json["has_survivor"] = true;
  return json;
}

Expected<Drill, std::string> DrillFromJson(const Json& json) {
  std::string where = "setup";
  try {
    Drill drill;
    drill.start_ms = Between(json, "start_ms", 1, kMaxSafeInteger / 2);
    drill.max_entries = Between(json, "max_entries", 1, kMaxSafeInteger);
    drill.has_survivor = json.value("has_survivor", false);
    where = "fill";
    drill.fill = OperationsFromJson(json.at("fill"));
    where = "calls";
    drill.calls = OperationsFromJson(json.at("calls"));
    where = "plan";
    if (json.contains("plan")) drill.plan = PlanOf(json["plan"]);
    where = "recovery_plan";
    if (json.contains("recovery_plan")) drill.recovery_plan = PlanOf(json["recovery_plan"]);
    return drill;
  } catch (const std::exception& error) {
    return Unexpected("program, " + where + ": " + error.what());
  }
}

Drill DrawDrill(std::uint64_t seed, std::uint64_t number, const Capabilities& claims) {
  return Author(seed, number, claims).Write();
}

}  // namespace holdfast::conformance
