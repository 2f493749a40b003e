// Reduces a violation to what it takes to make it one, without running anything again.
//
// Every step takes constraints away: a call that changes nothing is dropped, one that may change
// something may have happened or not, in the same interval and with any answer. What is still a
// violation after such a step was one before it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "conformance/judge/search_case.h"

namespace holdfast::conformance {

struct Core {
  std::vector<std::uint32_t> facts;  ///< Calls of the timeline that are still held to their answer.
  std::uint32_t last = 0;            ///< The fact whose return no order of the others gets past.
  /// The relaxed timeline up to that return; the source of a call is its place in the full one.
  linear::Timeline timeline;
};

/// `furthest_point`: of the search that found the violation. Not promised: the smallest core; each
/// step has its own budget of steps, and is not taken where that is spent.
[[nodiscard]] Core Reduce(SearchCase& searched, std::size_t furthest_point);

}  // namespace holdfast::conformance
