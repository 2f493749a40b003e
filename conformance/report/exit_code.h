// The exit codes of the program `holdfast`.
#pragma once

#include "conformance/report/certificate.h"

namespace holdfast::conformance {

enum class ExitCode {
  kConforms = 0,
  kDoesNotConform = 1,  ///< Or an expectation is stale.
  kUsage = 2,           ///< Or nothing was selected.
  kIncomplete = 3,      ///< Or inconclusive.
  kDriverFault = 4,     ///< Of the driver or the environment.
  kSuiteBug = 5,
};

/// The code for a verdict.
[[nodiscard]] ExitCode ExitCodeFor(RunVerdict verdict);

/// The worst of several verdicts, in the order 4, 1, 3, 0 of their exit codes. A driver at fault
/// comes before a failing store, because what the store did behind such a driver cannot be told; a
/// failure comes before what is missing, because no further run could undo it. (A bug in the suite,
/// 5, would come before all: no verdict of its can be trusted. It ends the program at once.)
[[nodiscard]] RunVerdict WorstOf(const std::vector<RunVerdict>& verdicts);

}  // namespace holdfast::conformance
