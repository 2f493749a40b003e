// Judges the history of one client against the model: every result must be one that the model
// allows, the store's file must hold what the model holds, and a bad file must be moved away as
// QUA-1 to QUA-5 say.
//
// Pure: the same history and claims give the same judgement. Runs nothing, reads no file.
#pragma once

#include <optional>

#include "conformance/check/situations.h"
#include "conformance/check/verdict.h"
#include "conformance/history/history.h"
#include "holdfast/spec/capabilities.h"

namespace holdfast::conformance {

struct Judgement {
  /// kPass, kFail, or kInconclusive where more states were possible than the judge follows.
  Verdict verdict = Verdict::kPass;
  std::optional<Failure> failure;  ///< The first. Set exactly where the verdict is kFail.
  /// The failure is that an answer did not come. A machine that is slow for a while can do that
  /// too: it is proven once it was seen twice.
  bool is_silence = false;
  Coverage coverage;
};

/// Calls that were issued without waiting are judged in the order they were issued (CON-2). A call
/// without a return (the driver was at fault) ends the judgement there, and so does an opening
/// without an answer. That one is a failure (DUR-3) where it is the first of its namespace after a
/// kill, and was answered before it.
[[nodiscard]] Judgement JudgeSequential(const History& history, const Capabilities& capabilities);

}  // namespace holdfast::conformance
