// Checks an order that a search has found, without a thought shared with the search.
#include <algorithm>
#include <set>
#include <span>

#include "conformance/linear/search.h"

namespace holdfast::linear {

bool KeepsRealTime(const Timeline& timeline, const std::vector<std::uint32_t>& witness) {
  std::vector<std::size_t> begin(timeline.calls.size(), SIZE_MAX);
  std::vector<std::size_t> end(timeline.calls.size(), SIZE_MAX);
  for (std::size_t at = 0; at < timeline.points.size(); ++at) {
    const Point& point = timeline.points[at];
    (point.kind == Point::Kind::kCall ? begin : end)[point.call] = at;
  }
  std::vector<bool> taken(timeline.calls.size(), false);
  // Of the calls taken so far: none of the rest may have ended before it.
  std::size_t latest_begin = 0;
  for (const std::uint32_t call : witness) {
    if (call >= taken.size() || taken[call]) return false;
    taken[call] = true;
    if (end[call] < latest_begin) return false;
    latest_begin = std::max(latest_begin, begin[call]);
  }
  for (std::uint32_t call = 0; call < taken.size(); ++call) {
    if (!taken[call] && !timeline.calls[call].optional) return false;
  }
  return true;
}

bool IsWitness(const Timeline& timeline, Model& model, const std::vector<std::uint32_t>& witness) {
  if (!KeepsRealTime(timeline, witness)) return false;
  std::set<StateId> states = {model.Initial()};
  for (const std::uint32_t call : witness) {
    std::set<StateId> next;
    for (const StateId state : states) {
      const std::span<const StateId> after = model.Step(state, timeline.calls[call].cls);
      next.insert(after.begin(), after.end());
    }
    if (next.empty()) return false;
    states = std::move(next);
  }
  return true;
}

}  // namespace holdfast::linear
