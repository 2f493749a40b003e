#include "conformance/drill/shrink_drill.h"

#include <utility>

namespace holdfast::conformance {
namespace {

using Clock = std::chrono::steady_clock;

// Leaves out what can be left out of one list of the drill, from its end.
bool ShrinkList(Drill& drill, std::vector<Operation> Drill::*list, const DrillFails& fails,
                Clock::time_point deadline) {
  bool is_smaller = false;
  for (std::size_t at = (drill.*list).size(); at-- > 0 && Clock::now() < deadline;) {
    Drill candidate = drill;
    (candidate.*list).erase((candidate.*list).begin() + static_cast<std::ptrdiff_t>(at));
    if (!fails(candidate)) continue;
    drill = std::move(candidate);
    is_smaller = true;
  }
  return is_smaller;
}

}  // namespace

Drill ShrinkDrill(Drill drill, const DrillFails& fails, Clock::time_point deadline) {
  bool is_smaller = true;
  while (is_smaller && Clock::now() < deadline) {
    is_smaller = ShrinkList(drill, &Drill::fill, fails, deadline);
    is_smaller = ShrinkList(drill, &Drill::calls, fails, deadline) || is_smaller;
  }
  return drill;
}

}  // namespace holdfast::conformance
