#include "conformance/linear/tests/oracle.h"

#include <algorithm>

namespace holdfast::linear {
namespace {

struct Interval {
  std::size_t begin = 0;
  std::size_t end = SIZE_MAX;
};

// Every order of the calls in `rest`, from this state on: whichever may be next by real time is
// tried.
bool Runs(const Timeline& timeline, Model& model, const std::vector<Interval>& intervals,
          std::uint32_t rest, StateId state) {
  if (rest == 0) return true;
  std::size_t first_end = SIZE_MAX;
  for (std::size_t call = 0; call < timeline.calls.size(); ++call) {
    if ((rest >> call & 1U) != 0) first_end = std::min(first_end, intervals[call].end);
  }
  for (std::size_t call = 0; call < timeline.calls.size(); ++call) {
    if ((rest >> call & 1U) == 0 || intervals[call].begin > first_end) continue;
    const auto steps = model.Step(state, timeline.calls[call].cls);
    for (const StateId after : std::vector<StateId>(steps.begin(), steps.end())) {
      if (Runs(timeline, model, intervals, rest & ~(1U << call), after)) return true;
    }
  }
  return false;
}

}  // namespace

bool IsLinearizableByOracle(const Timeline& timeline, Model& model) {
  std::vector<Interval> intervals(timeline.calls.size());
  for (std::size_t at = 0; at < timeline.points.size(); ++at) {
    const Point& point = timeline.points[at];
    Interval& interval = intervals[point.call];
    (point.kind == Point::Kind::kCall ? interval.begin : interval.end) = at;
  }
  std::uint32_t must = 0;
  for (std::size_t call = 0; call < timeline.calls.size(); ++call) {
    if (!timeline.calls[call].optional) must |= 1U << call;
  }
  for (std::uint32_t subset = 0; subset < (1U << timeline.calls.size()); ++subset) {
    if ((subset & must) != must) continue;
    if (Runs(timeline, model, intervals, subset, model.Initial())) return true;
  }
  return false;
}

}  // namespace holdfast::linear
