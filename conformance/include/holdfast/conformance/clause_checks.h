// Certifies a linked backend within the calling process, one clause after another: what a front end
// for a test framework is made of. For GoogleTest there is one beside this file, gtest.h.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

/// A clause that the levels of this version judge.
struct ClauseCheck {
  std::string clause;  ///< For instance "TTL-2".
  std::string title;
};

/// What was found of it.
struct ClauseResult {
  enum class Outcome {
    kPass,
    kFail,
    kNotClaimed,    ///< The claims leave it out: to be shown as skipped, never as passed.
    kInconclusive,  ///< Too little was met to judge by, or the run broke off.
  } outcome = Outcome::kInconclusive;
  std::string message;  ///< Why it is no pass: for a failure its story. More than one line.
};

/// The clauses that are checked, in the order of the spec. Lifetime: the program's.
[[nodiscard]] const std::vector<ClauseCheck>& AllClauseChecks();

/// Makes a backend to be certified. Called once.
using BackendFactory = std::function<std::unique_ptr<Backend>()>;

/// One certification, run when its first result is asked for.
///
/// The environment may set HOLDFAST_BUDGET (for instance 30s; 60s unless set), HOLDFAST_SEED (1)
/// and HOLDFAST_JOBS (one for each core). The budget decides how many programs are run: with a
/// small one clauses stay inconclusive. Stores live in a folder below TMPDIR or /tmp, which is
/// removed.
/// Threads: the process has one when the first result is asked for, since the run forks.
class ClauseRun {
 public:
  explicit ClauseRun(BackendFactory make_backend);
  ~ClauseRun();
  ClauseRun(const ClauseRun&) = delete;
  ClauseRun& operator=(const ClauseRun&) = delete;

  /// The result of one of AllClauseChecks(). Where the run itself cannot be done, every result is
  /// inconclusive and says why.
  [[nodiscard]] ClauseResult ResultOf(std::string_view clause);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace holdfast::conformance
