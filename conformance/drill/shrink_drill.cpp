#include "conformance/drill/shrink_drill.h"

#include <algorithm>
#include <utility>

namespace holdfast::conformance {
namespace {

using Clock = std::chrono::steady_clock;

// Leaves out what can be left out of one list of the drill, from its end: so many calls at a time.
bool LeaveOut(std::size_t count, Drill& drill, std::vector<Operation> Drill::*list,
              const DrillFails& fails, Clock::time_point deadline) {
  bool is_smaller = false;
  for (std::size_t end = (drill.*list).size(); end > 0 && Clock::now() < deadline;) {
    const std::size_t begin = end - std::min(count, end);
    Drill candidate = drill;
    (candidate.*list)
        .erase((candidate.*list).begin() + static_cast<std::ptrdiff_t>(begin),
               (candidate.*list).begin() + static_cast<std::ptrdiff_t>(end));
    end = begin;
    if (!fails(candidate)) continue;
    drill = std::move(candidate);
    is_smaller = true;
  }
  return is_smaller;
}

// Of a long list a quarter at a time, an eighth, a sixteenth. It stays long only where its length
// is what it takes, so that calls are tried one by one in a short list alone.
bool ShrinkList(Drill& drill, std::vector<Operation> Drill::*list, const DrillFails& fails,
                Clock::time_point deadline) {
  constexpr std::size_t kParts = 16;
  bool is_smaller = false;
  const std::size_t whole = (drill.*list).size();
  for (std::size_t count = std::max<std::size_t>(1, whole / 4);
       count > 0 && count * kParts >= whole; count /= 2) {
    is_smaller = LeaveOut(count, drill, list, fails, deadline) || is_smaller;
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
