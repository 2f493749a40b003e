// Failures that are known, and why: what `--expect FILE` holds
// (spec/schemas/expectations.schema.json).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/campaign/level.h"

namespace holdfast::conformance {

/// One known failure. A run that shows it does not fail for it; a run that could have shown it and
/// did not is stale, which keeps the list true.
struct Expectation {
  Level level = Level::kSequential;
  std::string clause;                ///< The first clause of the failure.
  std::optional<std::string> title;  ///< Absent: any failure laid to that clause.
  std::string reason;                ///< Not empty.
  bool is_seldom = false;            ///< It shows in some runs and not in others: never stale.
  bool operator==(const Expectation&) const = default;
};

/// True where the failure is the one expected.
[[nodiscard]] bool Matches(const Expectation& expectation, Level level, const Failure& failure);

/// The expectation that the failure meets, or null.
[[nodiscard]] const Expectation* ExpectedBy(const std::vector<Expectation>& expectations,
                                            Level level, const Failure& failure);

/// The most that a list of expectations may have. Units: bytes.
inline constexpr std::size_t kMaxExpectationBytes = std::size_t{16} << 20U;

/// Reads {"failures":[{"level","clause","title"?,"reason","seldom"?}]}.
/// Errors: a sentence that says where, for text that is not JSON, an unknown member, level or
/// clause, a missing or empty reason, a member or the same failure
/// twice, and a failure that an earlier entry without a title covers, or the other way about.
[[nodiscard]] Expected<std::vector<Expectation>, std::string> ReadExpectations(
    std::string_view text);

}  // namespace holdfast::conformance
