// What the values of a run's options mean, as a person writes them. Pure functions.
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

}  // namespace holdfast::conformance
