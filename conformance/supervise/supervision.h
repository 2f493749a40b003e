// A driver under the supervisor: started like any other, and told about afterwards.
//
//   Supervision supervision({store_dir, scratch, plan});
//   auto client = DriverClient::Start(supervision.Of(source), timeouts);
//   …                                   // operations, as ever
//   client->Stop();                     // or it was killed by the plan
//   auto trace = supervision.TakeTrace();
//
// The process that the client starts, stops and reaps is holdfast-supervise, which passes the
// driver's end on: where the plan kills the driver, it is killed by SIGKILL itself. Where it is
// killed, the kernel kills what it supervises. A linked backend is served in a forked child as
// ever, and that child is supervised. The driver holds its pipes itself: nothing stands between.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "conformance/actor/driver_source.h"
#include "conformance/trace/plan.h"
#include "conformance/trace/trace.h"

namespace holdfast::conformance {

/// Why no driver can be supervised here, as a sentence: another machine than Linux x86_64, ptrace
/// or seccomp not allowed, holdfast-supervise not found. Nothing where one can be. Tried out once,
/// by supervising a child. Threads: any.
[[nodiscard]] std::optional<std::string> WhyNotSupervised();

/// The path of holdfast-supervise: what the environment's HOLDFAST_SUPERVISE names; or else it
/// stands beside the running program or in PATH. Nothing where there is none.
[[nodiscard]] std::optional<std::string> SupervisorProgram();

struct SupervisionOptions {
  std::filesystem::path store_dir;  ///< Exists. Calls that touch what is in it are the steps.
  std::filesystem::path scratch;    ///< An existing folder outside it, for the record of the run.
  trace::Plan plan = {};
  bool keep_data = true;  ///< Keep the bytes of writes: without them no tree can be rebuilt.
};

/// One run of one driver process with all that it starts. Threads: not shared.
class Supervision {
 public:
  /// Makes a folder of its own below `scratch`. Errors: throws std::system_error.
  explicit Supervision(SupervisionOptions options);
  /// Removes what it made.
  ~Supervision();
  Supervision(const Supervision&) = delete;
  Supervision& operator=(const Supervision&) = delete;

  /// The source as it is to be started, once. Needs WhyNotSupervised() to be nothing.
  [[nodiscard]] DriverSource Of(DriverSource source) const;

  /// What the run did, once its DriverClient has seen it end: by Stop(), by Kill(), or by a fault
  /// that says that it ended.
  /// Errors: why there is no trace, as a sentence: never started, still running, or something
  /// happened that the supervisor could not follow.
  [[nodiscard]] Expected<trace::Trace, std::string> TakeTrace() const;

 private:
  SupervisionOptions options_;
  std::filesystem::path folder_;
};

}  // namespace holdfast::conformance
