#include "conformance/report/exit_code.h"

#include <algorithm>

namespace holdfast::conformance {

ExitCode ExitCodeFor(RunVerdict verdict) {
  switch (verdict) {
    case RunVerdict::kPass:
    case RunVerdict::kExpectedFail:
      return ExitCode::kConforms;
    case RunVerdict::kStaleExpectation:
    case RunVerdict::kFail:
      return ExitCode::kDoesNotConform;
    case RunVerdict::kInconclusive:
    case RunVerdict::kIncomplete:
      return ExitCode::kIncomplete;
    case RunVerdict::kDriverError:
      return ExitCode::kDriverFault;
  }
  return ExitCode::kSuiteBug;
}

// RunVerdict lists them from the best to the worst.
RunVerdict WorstOf(const std::vector<RunVerdict>& verdicts) {
  return verdicts.empty() ? RunVerdict::kPass : *std::max_element(verdicts.begin(), verdicts.end());
}

}  // namespace holdfast::conformance
