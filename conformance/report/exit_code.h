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

/// The worst of several verdicts: `fail`, then `driver-error`, `stale-expectation`, `incomplete`,
/// `inconclusive`, `expected-fail`, `pass`. A failure that is proven comes before all, because
/// nothing that is missing and no further run could undo it; then a driver at fault, because what
/// the store did behind it cannot be told. (A bug in the suite, exit code 5, would come before all:
/// no verdict of its can be trusted. It ends the program at once.)
[[nodiscard]] RunVerdict WorstOf(const std::vector<RunVerdict>& verdicts);

}  // namespace holdfast::conformance
