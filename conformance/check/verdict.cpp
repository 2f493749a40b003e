#include "conformance/check/verdict.h"

namespace holdfast::conformance {

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return "pass";
    case Verdict::kNotClaimed:
      return "not-claimed";
    case Verdict::kNotRun:
      return "not-run";
    case Verdict::kInconclusive:
      return "inconclusive";
    case Verdict::kDriverError:
      return "driver-error";
    case Verdict::kFail:
      return "fail";
  }
  return "";
}

}  // namespace holdfast::conformance
