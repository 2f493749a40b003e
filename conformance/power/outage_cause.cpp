#include "conformance/power/outage_cause.h"

#include <algorithm>
#include <optional>
#include <set>

namespace holdfast::conformance {
namespace {

using power::Fate;
using power::Unit;
using trace::Step;
using trace::StepKind;

bool IsSync(StepKind kind) {
  return kind == StepKind::kSync || kind == StepKind::kSyncData || kind == StepKind::kSyncAll ||
         kind == StepKind::kSyncMap;
}

bool IsContent(const Unit& unit) {
  return unit.kind == Unit::Kind::kBytes || unit.kind == Unit::Kind::kSize ||
         unit.kind == Unit::Kind::kZeros;
}

class Inquest {
 public:
  Inquest(const power::DiskStates& states, const power::Way& way, const trace::Trace& trace)
      : states_(states), way_(way), trace_(trace) {
    for (const power::Choice& choice : way.choices) {
      const bool is_as_seen =
          choice.fate == Fate::kAbsent && states.units[choice.unit].kind == Unit::Kind::kMapped;
      if (choice.fate != Fate::kWhole && !is_as_seen) lost_.insert(choice.unit);
    }
  }

  [[nodiscard]] std::string Sentence() const {
    using Finding = std::optional<std::string> (Inquest::*)(const Unit&) const;
    // From the most telling one.
    for (const Finding finding :
         {&Inquest::OfFailedSync, &Inquest::OfBytesBehindARename, &Inquest::OfPartsInPlace,
          &Inquest::OfNames, &Inquest::OfMapping, &Inquest::OfContent}) {
      for (const std::size_t at : lost_) {
        if (auto sentence = (this->*finding)(states_.units[at])) return *sentence;
      }
    }
    return "the steps up to there left it so: no sync is missing";
  }

 private:
  // A sync of the file, or of a directory whose entries the unit changes, in a range of steps.
  [[nodiscard]] const Step* SyncOf(const Unit& unit, std::uint64_t after, std::uint64_t before,
                                   bool succeeded) const {
    for (const Step& step : trace_.steps) {
      if (step.number <= after || step.number >= before || !IsSync(step.kind)) continue;
      const bool is_its_directory =
          std::any_of(unit.entries.begin(), unit.entries.end(),
                      [&](const power::EntryChange& e) { return e.directory == step.file; });
      const bool concerns =
          step.kind == StepKind::kSyncAll || step.file == unit.file || is_its_directory;
      if (concerns && step.Succeeded() == succeeded) return &step;
    }
    return nullptr;
  }

  [[nodiscard]] std::optional<std::string> OfFailedSync(const Unit& unit) const {
    if (unit.kind == Unit::Kind::kMapped) return std::nullopt;
    const std::uint64_t cut = way_.at.step;
    const Step* failed = SyncOf(unit, unit.step, cut, false);
    if (failed == nullptr) return std::nullopt;
    if (SyncOf(unit, failed->number, cut, true) != nullptr) {
      return "a failed fsync was tried again and then believed";
    }
    return "a failed fsync was passed over";
  }

  [[nodiscard]] std::optional<std::string> OfMapping(const Unit& unit) const {
    if (unit.kind != Unit::Kind::kMapped) return std::nullopt;
    return "what went through a mapping of " + unit.path + " was relied on";
  }

  [[nodiscard]] std::optional<std::string> OfBytesBehindARename(const Unit& unit) const {
    if (!IsContent(unit)) return std::nullopt;
    for (std::size_t at = 0; at < states_.units.size(); ++at) {
      const Unit& rename = states_.units[at];
      if (rename.kind != Unit::Kind::kRename || rename.file != unit.file) continue;
      if (rename.step < unit.step || rename.step >= way_.at.step || lost_.count(at) != 0) continue;
      if (SyncOf(unit, rename.step, UINT64_MAX, true) != nullptr) {
        return "the rename came before the sync of the file's bytes";
      }
      return "the file's bytes were not synced before the rename";
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<std::string> OfPartsInPlace(const Unit& unit) const {
    if (!IsContent(unit)) return std::nullopt;
    const bool is_in_part =
        std::any_of(way_.choices.begin(), way_.choices.end(), [&](const power::Choice& choice) {
          const Unit& other = states_.units[choice.unit];
          return lost_.count(choice.unit) == 0 && other.file == unit.file && IsContent(other);
        });
    if (!is_in_part) return std::nullopt;
    return unit.path + " was written in place, and a part of that survived without the rest";
  }

  [[nodiscard]] std::optional<std::string> OfNames(const Unit& unit) const {
    switch (unit.kind) {
      case Unit::Kind::kRename:
      case Unit::Kind::kExchange:
        return "the directory was never synced after the rename";
      case Unit::Kind::kName:
        return "the directory was never synced after " + unit.path + " was made";
      case Unit::Kind::kGoneName:
        return "the directory was never synced after " + unit.path + " was removed";
      default:
        return std::nullopt;
    }
  }

  [[nodiscard]] std::optional<std::string> OfContent(const Unit& unit) const {
    if (unit.kind == Unit::Kind::kMode) return "the mode of " + unit.path + " was never synced";
    return "the bytes of " + unit.path + " were never synced";
  }

  const power::DiskStates& states_;
  const power::Way& way_;
  const trace::Trace& trace_;
  std::set<std::size_t> lost_;
};

}  // namespace

std::string CauseOf(const power::DiskStates& states, const power::Way& way,
                    const trace::Trace& trace) {
  return Inquest(states, way, trace).Sentence();
}

}  // namespace holdfast::conformance
