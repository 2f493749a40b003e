// Cuts a failing program down to a small one that still fails.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>

#include "conformance/program/program.h"

namespace holdfast::conformance {

struct ShrinkBudget {
  std::chrono::steady_clock::time_point deadline;
  std::size_t max_tries = 2000;
  std::function<bool()> is_interrupted;  ///< May be empty. True ends it early.
};

/// Runs a candidate: the step at which it failed, or nothing where it did not.
using FailsAt = std::function<std::optional<std::size_t>(const Program&)>;

struct ShrunkProgram {
  Program program;
  bool cut_short = false;  ///< There was no time to try all.
};

/// The smallest failing program found within the budget; `program` itself where no smaller one
/// fails. `program` is taken to fail at step `failing_step`.
///
/// Steps are removed first (those after the failure, then runs of halving length), then what is
/// left is made plainer: one store, no default ttl, a large cap, short ids, small records, small
/// clock steps. A candidate counts as failing whatever clause it breaks: the smallest program names
/// its cause best.
[[nodiscard]] ShrunkProgram Shrink(const Program& program, std::size_t failing_step,
                                   const FailsAt& fails_at, const ShrinkBudget& budget);

}  // namespace holdfast::conformance
