// What each clause came to.
#pragma once

#include <vector>

#include "conformance/check/situations.h"
#include "conformance/report/certificate.h"

namespace holdfast::conformance {

/// Why nothing was run where the driver did not come to describe itself.
inline constexpr std::string_view kNoHello = "the driver did not say what it is and claims";

/// The claimed situations of a level that were met less often than their floor asks, but for those
/// of clauses that are known to fail.
[[nodiscard]] std::vector<Situation> BelowFloor(const LevelReport& report,
                                                const Capabilities& claims,
                                                const std::vector<FailureRow>& failures);

/// "met 3 of 20 times: a register replaces a live entry".
[[nodiscard]] std::string TellCount(const Situation& situation, const LevelReport& report);

/// A row for each clause and each level that judges it, and one for each clause that none judges,
/// in the order of the spec. `levels` says why a level was not run.
[[nodiscard]] std::vector<ClauseRow> MakeClauseRows(const RunResults& results,
                                                    const std::vector<LevelRow>& levels,
                                                    const std::vector<FailureRow>& failures);

}  // namespace holdfast::conformance
