// Runs numbered pieces of work in worker processes and hands their results to the parent in the
// order of the numbers, whichever worker was faster. Processes, not threads: each serves linked
// backends by fork, and a worker that a fault of the suite ends takes nothing with it.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>

#include "holdfast/spec/operation.h"

namespace holdfast::conformance {

/// A worker process ended without saying so: a bug of the suite.
class WorkerLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct WorkPlan {
  int workers = 1;
  std::uint64_t pieces = 0;
  /// Makes, in a new worker process, the function that does a piece. Its result is one JSON value.
  std::function<std::function<Json(std::uint64_t)>(int worker)> start_worker;
  /// Called in the parent for each piece, in the order of the numbers. False: no more is wanted.
  std::function<bool(std::uint64_t number, const Json& result)> take;
  /// Asked in the parent now and then, at least every 100 ms. True: stop.
  std::function<bool()> should_stop;
};

/// Does the pieces 0, 1, 2, … until all are done, `take` wants no more, or `should_stop`. No worker
/// is left when it returns, and no driver of theirs with what it has started. Where this process
/// is killed, they end themselves in the same way. Errors: throws WorkerLost; std::system_error
/// where the machine refused a worker something; what `take` throws passes through. Threads: the
/// caller's only thread.
void RunWork(const WorkPlan& plan);

}  // namespace holdfast::conformance
