// lint-driver: twelve requests that judge a driver alone, whatever store stands behind it.
//
// The lines are written by hand and sent as they stand, a bad one among them, so that the suite's
// own encoder cannot hide what a driver does not understand. Every line that comes back is held
// against the JSON Schemas besides being decoded.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "conformance/actor/driver_client.h"

namespace holdfast::conformance {

/// What one request showed.
struct LintFinding {
  enum class Outcome {
    kPassed,
    kFailed,
    kNotReached,  ///< The driver was gone, or had not said hello, or the lint was interrupted.
  } outcome = Outcome::kNotReached;
  std::string name;                  ///< For instance "an unknown operation".
  std::vector<std::string> clauses;  ///< The clauses it is about, for instance "PRO-9".
  std::string sent;                  ///< The line, without its LF.
  std::string received;              ///< What came back, exactly; at most 4 KiB.
  std::string problem;               ///< What is wrong with that. Empty where it passed.
  std::string advice;                ///< What to do about it. Empty where it passed.
};

/// What the twelve requests showed.
struct LintReport {
  std::vector<LintFinding> findings;  ///< One for each request, in the order sent.
  std::string stderr_tail;            ///< The last of what the driver wrote to stderr.

  /// True where every request passed.
  [[nodiscard]] bool Passed() const;
};

/// Starts the driver, sends the requests one after another and judges what comes back. A driver
/// that does not start is reported at the first request. Opens a store of namespace "lint" in
/// `scratch_dir`, which exists and is the caller's to remove. Nothing more is sent once hello was
/// not answered as it should be, or `is_interrupted`, which may be empty, says so. Never hangs:
/// `timeouts` bounds each wait.
[[nodiscard]] LintReport LintDriver(const DriverSource& source, const std::string& scratch_dir,
                                    const DriverTimeouts& timeouts = {},
                                    const std::function<bool()>& is_interrupted = {});

}  // namespace holdfast::conformance
