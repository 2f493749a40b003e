// Draws calls as lanes: one for each process, time from left to right.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace holdfast::conformance {

struct LaneCall {
  int process = 0;
  std::string label;      ///< ASCII.
  std::size_t begin = 0;  ///< Its place in the order of events.
  std::size_t end = 0;    ///< As `begin`; after it.
  bool cut_off = false;   ///< It never returned; `end` is the last event it may have preceded.
};

/// The lines, none longer than `columns`. Labels are shortened where there is no room for them,
/// and told below the lanes where there is none at all.
[[nodiscard]] std::vector<std::string> DrawLanes(const std::vector<LaneCall>& calls,
                                                 std::size_t columns = 100);

}  // namespace holdfast::conformance
