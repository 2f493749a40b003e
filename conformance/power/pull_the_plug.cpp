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

// Directories of the largest size that may be built at each of the points.
std::size_t HowMany(const DiskStates& states, const Bounds& bounds, std::size_t points) {
  std::uint64_t largest = 4096;
  for (const auto& [file, node] : states.start.nodes) largest += node.bytes.size();
  for (const Unit& unit : states.units) largest += unit.bytes.size();
  return static_cast<std::size_t>(std::max<std::uint64_t>(4, bounds.bytes / largest / points));
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

void PullAfterEveryStep(const Trace& trace, const Bounds& bounds, DiskStates& states) {
  const std::size_t most = HowMany(states, bounds, 1);
  const std::size_t stride = 1 + (trace.steps.size() + states.units.size()) / most;
  states.exhaustive = stride == 1;
  Gathered gathered(states);
  Disk disk(states.start);
  std::size_t moments = 0;
  const auto add = [&](const Way& way) {
    const bool is_last = way.at.step == trace.steps.size();
    if (moments++ % stride == 0 || is_last) gathered.Add(disk.ToTree(), way);
  };
  std::size_t begun = 0;
  for (std::uint64_t k = 0; k <= trace.steps.size(); ++k) {
    const CrashPoint at = {k, trace.AcknowledgedBefore(k)};
    ++states.crash_points;
    add({at, {}});
    const std::size_t first = begun;
    for (; begun < states.units.size() && states.units[begun].step == k; ++begun) {
      const Unit& unit = states.units[begun];
      const bool is_between_pages =
          begun > first && unit.kind == Unit::Kind::kBytes && unit.offset % kPageBytes == 0;
      if (is_between_pages) add({at, FirstOnes(states.units, first, begun)});
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
      settled_(states.start) {
  const auto points =
      static_cast<std::size_t>(std::count_if(trace.steps.begin(), trace.steps.end(), IsPoint));
  most_ = HowMany(states, bounds, points + 1);
  bounds_.exhaustive_to = std::min(bounds.exhaustive_to, most_);
  bounds_.samples = std::min(bounds.samples, most_);
}

bool Plug::IsPoint(const Step& step) {
  return IsBarrier(step) || (step.kind == StepKind::kAcknowledge && step.Succeeded());
}

void Plug::Run() {
  for (const Step& step : trace_.steps) {
    for (; begun_ < states_.units.size() && states_.units[begun_].step <= step.number; ++begun_)
      uncovered_.Add(begun_);
    if (IsPoint(step)) Pull(step.number);
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
  // Counted first, for so many choices of so many units are a lot to keep.
  std::size_t count = 0;
  const std::size_t limit = bounds_.exhaustive_to;
  const bool is_all =
      EveryChoice(pulled, [&](const std::vector<Choice>& /*choices*/) { return ++count <= limit; });
  const auto gather = [&](const std::vector<Choice>& choices) {
    Gather(at, choices);
    return true;
  };
  if (is_all) return (void)EveryChoice(pulled, gather);
  states_.exhaustive = false;
  SampledChoices(pulled, bounds_, most_, gather);
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
