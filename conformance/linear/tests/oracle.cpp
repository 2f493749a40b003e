#include "conformance/linear/tests/oracle.h"

#include <algorithm>

namespace holdfast::linear {
namespace {

struct Interval {
  std::size_t begin = 0;
  std::size_t end = SIZE_MAX;
};

// Can the rest of the order be run from this state?
bool Runs(const Timeline& timeline, Model& model, StateId state,
          const std::vector<std::uint32_t>& order, std::size_t from) {
  if (from == order.size()) return true;
  const std::vector<StateId> next = model.Step(state, timeline.calls[order[from]].cls);
  return std::any_of(next.begin(), next.end(),
                     [&](StateId after) { return Runs(timeline, model, after, order, from + 1); });
}

bool KeepsRealTime(const std::vector<std::uint32_t>& order,
                   const std::vector<Interval>& intervals) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = i + 1; j < order.size(); ++j) {
      if (intervals[order[j]].end < intervals[order[i]].begin) return false;
    }
  }
  return true;
}

// The calls of a subset; nothing where it leaves out one that must happen.
std::vector<std::uint32_t> Chosen(const Timeline& timeline, std::uint32_t subset, bool& is_legal) {
  std::vector<std::uint32_t> order;
  is_legal = true;
  for (std::uint32_t call = 0; call < timeline.calls.size(); ++call) {
    if ((subset >> call & 1U) != 0) {
      order.push_back(call);
    } else if (!timeline.calls[call].optional) {
      is_legal = false;
    }
  }
  return order;
}

}  // namespace

bool IsLinearizableByOracle(const Timeline& timeline, Model& model) {
  std::vector<Interval> intervals(timeline.calls.size());
  for (std::size_t at = 0; at < timeline.points.size(); ++at) {
    const Point& point = timeline.points[at];
    Interval& interval = intervals[point.call];
    (point.kind == Point::Kind::kCall ? interval.begin : interval.end) = at;
  }
  for (std::uint32_t subset = 0; subset < (1U << timeline.calls.size()); ++subset) {
    bool is_legal = true;
    std::vector<std::uint32_t> order = Chosen(timeline, subset, is_legal);
    if (!is_legal) continue;
    do {
      if (KeepsRealTime(order, intervals) && Runs(timeline, model, model.Initial(), order, 0)) {
        return true;
      }
    } while (std::next_permutation(order.begin(), order.end()));
  }
  return false;
}

}  // namespace holdfast::linear
