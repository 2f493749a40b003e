// What judging comes to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "holdfast/spec/operation.h"

namespace holdfast::conformance {

/// Of a program or of a level. Ordered: a composed verdict is the worst of its parts.
enum class Verdict { kPass, kNotClaimed, kNotRun, kInconclusive, kDriverError, kFail };

/// "pass", "not-claimed", "not-run", "inconclusive", "driver-error" or "fail".
[[nodiscard]] std::string_view VerdictName(Verdict verdict);

/// A broken promise.
struct Failure {
  std::vector<std::string> clauses;  ///< The clause it breaks first, then others it may be laid to.
  std::string title;                 ///< A few words, for instance "an expired entry is visible".
  std::size_t step = 0;              ///< The step of the program that shows it.
  std::string expected;              ///< What would have been legal.
  std::string got;
};

}  // namespace holdfast::conformance
