// What the values of the command line's options mean. Pure functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/campaign/level.h"

namespace holdfast::conformance {

/// A length of time: digits and one of ms, s, m, h; at least 1 ms and at most a year.
/// Errors: a sentence that shows how to write it.
[[nodiscard]] Expected<std::chrono::milliseconds, std::string> ParseDuration(std::string_view text);

/// Names of levels with commas between them, without repetition and in the order they are run.
/// Errors: a sentence that names the levels.
[[nodiscard]] Expected<std::vector<Level>, std::string> ParseLevels(std::string_view text);

/// A whole number from `low` to `high`. Errors: a sentence that names both.
[[nodiscard]] Expected<std::uint64_t, std::string> ParseWhole(std::string_view text,
                                                              std::uint64_t low,
                                                              std::uint64_t high);

/// A command line, cut at the first "--".
struct CutArguments {
  std::vector<std::string> own;      ///< What stands before it.
  bool has_command = false;          ///< Whether it was there.
  std::vector<std::string> command;  ///< What stands after it.
};
[[nodiscard]] CutArguments CutAtCommand(const std::vector<std::string>& arguments);

/// The candidates that are spelt most like `word`: at most `count` of them, the nearest first.
[[nodiscard]] std::vector<std::string> NearestTo(std::string_view word,
                                                 const std::vector<std::string>& candidates,
                                                 std::size_t count);

}  // namespace holdfast::conformance
