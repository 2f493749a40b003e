// Judges what a store did to the paths around its file (FILE-5 to FILE-8, QUA-1).
#pragma once

#include <optional>
#include <string>

#include "conformance/check/situations.h"
#include "conformance/check/verdict.h"
#include "conformance/files/run_trial.h"

namespace holdfast::conformance {

/// What stands outside the state directory is as it was. `clause` is what a difference breaks.
[[nodiscard]] std::optional<Failure> JudgeOutside(const TrialRun& run, const Tree& after,
                                                  const std::string& clause);

/// Modes, the lock file and the quarantines of before, from one look to the next.
[[nodiscard]] std::optional<Failure> JudgePaths(const TrialRun& run, const Trial& trial,
                                                const Tree& before, const Tree& after);

/// The names that temporary files had.
[[nodiscard]] std::optional<Failure> JudgeTemporaries(const TrialRun& run, Coverage& met);

/// Quarantines that came up from one look to the next, by path.
[[nodiscard]] std::vector<std::string> NewQuarantines(const Tree& before, const Tree& after);

}  // namespace holdfast::conformance
