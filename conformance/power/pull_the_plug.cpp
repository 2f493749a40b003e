#include "conformance/power/pull_the_plug.h"

#include <algorithm>
#include <utility>

#include "conformance/power/choices.h"
#include "conformance/power/cut.h"

namespace holdfast::power {
namespace {

using trace::Step;
using trace::StepKind;
using trace::Trace;
using trace::Tree;

std::ptrdiff_t HowManyAreThere(const Way& way) {
  return std::count_if(way.choices.begin(), way.choices.end(),
                       [](const Choice& choice) { return choice.fate != Fate::kAbsent; });
}

// The units of one step: those before `stop` are there and the others are not.
std::vector<Choice> FirstOnes(const std::vector<Unit>& units, std::size_t first, std::size_t stop) {
  std::vector<Choice> choices;
  for (std::size_t at = first; at < units.size() && units[at].step == units[first].step; ++at)
    choices.push_back({at, at < stop ? Fate::kWhole : Fate::kAbsent});
  return choices;
}

// Nothing but names: a file's bytes cost time to carry around.
Disk NamesOf(const Tree& tree) {
  Tree names;
  names.names = tree.names;
  return Disk(names);
}

}  // namespace

void Gathered::Add(const Tree& tree, Way way) {
  ++states_.generated;
  const auto [at, is_new] = by_hash_.emplace(trace::ContentHash(tree), states_.states.size());
  if (is_new) {
    states_.states.push_back({at->first, way, std::move(way)});
    return;
  }
  DiskState& known = states_.states[at->second];
  if (way.at == known.earliest.at && HowManyAreThere(way) > HowManyAreThere(known.earliest))
    known.earliest = way;
  if (way.at != known.latest.at || HowManyAreThere(way) > HowManyAreThere(known.latest))
    known.latest = std::move(way);
}

void PullAfterEveryStep(const Trace& trace, DiskStates& states) {
  Gathered gathered(states);
  Disk disk(states.start);
  std::size_t begun = 0;
  for (std::uint64_t k = 0; k <= trace.steps.size(); ++k) {
    const CrashPoint at = {k, trace.AcknowledgedBefore(k)};
    ++states.crash_points;
    gathered.Add(disk.ToTree(), {at, {}});
    const std::size_t first = begun;
    for (; begun < states.units.size() && states.units[begun].step == k; ++begun) {
      const Unit& unit = states.units[begun];
      const bool is_between_pages =
          begun > first && unit.kind == Unit::Kind::kBytes && unit.offset % kPageBytes == 0;
      if (is_between_pages)
        gathered.Add(disk.ToTree(), {at, FirstOnes(states.units, first, begun)});
      disk.Do(unit, Fate::kWhole);
    }
  }
}

Plug::Plug(const Trace& trace, Profile profile, const Bounds& bounds, DiskStates& states)
    : trace_(trace),
      bounds_(bounds),
      states_(states),
      gathered_(states),
      uncovered_(profile, states.units),
      names_(NamesOf(states.start)),
      settled_(states.start) {}

void Plug::Run() {
  for (const Step& step : trace_.steps) {
    for (; begun_ < states_.units.size() && states_.units[begun_].step <= step.number; ++begun_)
      uncovered_.Add(begun_);
    if (IsBarrier(step) || (step.kind == StepKind::kAcknowledge && step.Succeeded()))
      Pull(step.number);
    uncovered_.Take(step);
  }
  Pull(trace_.steps.size());
}

void Plug::Pull(std::uint64_t step) {
  ++states_.crash_points;
  const auto& pending = uncovered_.pending();
  const std::size_t first = pending.empty() ? begun_ : *pending.begin();
  for (; folded_ < first; ++folded_) settled_.Do(states_.units[folded_], Fate::kWhole);
  const CrashPoint at = {step, trace_.AcknowledgedBefore(step)};
  const Pulled pulled = {states_.units, begun_, uncovered_, names_};
  std::vector<std::vector<Choice>> every;
  const bool is_all = EveryChoice(pulled, [&](const std::vector<Choice>& choices) {
    if (every.size() == bounds_.exhaustive_to) return false;
    every.push_back(choices);
    return true;
  });
  if (is_all) {
    for (const auto& choices : every) Gather(at, choices);
    return;
  }
  states_.exhaustive = false;
  SampledChoices(pulled, bounds_, [&](const std::vector<Choice>& choices) {
    Gather(at, choices);
    return true;
  });
}

void Plug::Gather(const CrashPoint& at, const std::vector<Choice>& choices) {
  Disk disk = settled_;
  auto choice = choices.begin();
  for (std::size_t unit = folded_; unit < begun_; ++unit) {
    const bool is_chosen = choice != choices.end() && choice->unit == unit;
    disk.Do(states_.units[unit], is_chosen ? (choice++)->fate : Fate::kWhole);
  }
  gathered_.Add(disk.ToTree(), {at, choices});
}

}  // namespace holdfast::power
