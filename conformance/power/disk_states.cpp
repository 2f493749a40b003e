#include "conformance/power/disk_states.h"

#include <algorithm>
#include <utility>

#include "conformance/power/cut.h"
#include "conformance/power/disk.h"
#include "conformance/power/pull_the_plug.h"
#include "conformance/power/rules.h"

namespace holdfast::power {
namespace {

using trace::Step;
using trace::StepKind;
using trace::Trace;
using trace::Tree;

const char* WhatBecame(const Unit& unit, Fate fate) {
  switch (fate) {
    case Fate::kAbsent:
      return unit.kind == Unit::Kind::kBytes ? "were lost" : "was lost";
    case Fate::kWhole:
      return "survived";
    case Fate::kZeroed:
      return "became zeros";
    case Fate::kTorn:
      return "survived in half";
    case Fate::kScrambled:
      return "was scrambled";
  }
  return "";
}

// A sync of a file that is mapped makes durable what nobody has seen.
std::optional<std::string> WhatIsSyncedUnseen(const Trace& trace) {
  for (const Step& step : trace.steps) {
    const bool syncs = step.kind == StepKind::kSyncMap ||
                       (step.is_mapped && IsBarrier(step) && step.kind != StepKind::kSyncAll);
    if (!syncs || !step.Succeeded()) continue;
    return step.path + " is mapped shared and writable, and made durable by " + step.call +
           " (step " + std::to_string(step.number) + "): what it holds is not seen";
  }
  return std::nullopt;
}

}  // namespace

Tree DiskStates::TreeOf(const Way& way) const {
  Disk disk(start);
  auto choice = way.choices.begin();
  for (std::size_t at = 0; at < units.size(); ++at) {
    const bool is_chosen = choice != way.choices.end() && choice->unit == at;
    if (is_chosen) {
      disk.Do(units[at], (choice++)->fate);
    } else if (units[at].step < way.at.step) {
      disk.Do(units[at], Fate::kWhole);
    }
  }
  return disk.ToTree();
}

std::string HowThorough(const DiskStates& states) {
  return states.exhaustive ? "exhaustive" : "sampled " + std::to_string(states.generated);
}

std::string Tell(const DiskStates& states, const Way& way) {
  std::string said;
  for (const Choice& choice : way.choices) {
    const Unit& unit = states.units[choice.unit];
    const bool is_mapped =
        std::find(states.mapped.begin(), states.mapped.end(), unit.path) != states.mapped.end();
    if (is_mapped && !unit.IsAboutNames() && choice.fate != Fate::kScrambled) continue;
    if (!said.empty()) said += "; ";
    said +=
        Tell(unit) + " (step " + std::to_string(unit.step) + ") " + WhatBecame(unit, choice.fate);
  }
  return said.empty() ? "everything that had been done is there" : said;
}

Expected<DiskStates, std::string> Enumerate(const Trace& trace, const Tree& start, Profile profile,
                                            const Bounds& bounds) {
  auto cut = Cut(trace, start);
  if (!cut) return Unexpected(std::move(cut.error()));
  DiskStates states;
  states.units = std::move(cut->units);
  states.start = std::move(cut->start);
  for (const Unit& unit : states.units) {
    if (unit.kind == Unit::Kind::kMapped) states.mapped.push_back(unit.path);
  }
  states.not_certifiable = WhatIsSyncedUnseen(trace);
  if (profile == Profile::kKill) {
    PullAfterEveryStep(trace, bounds, states);
  } else {
    Plug(trace, profile, bounds, states).Run();
  }
  return states;
}

}  // namespace holdfast::power
