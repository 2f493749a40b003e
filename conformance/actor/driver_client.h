// One driver process and the suite's side of driver protocol 1.
//
// A DriverClient never hangs: every wait has a deadline. It never mistakes the driver for the
// store: whatever is not a valid reply comes back as a DriverFault with the exact bytes, and from
// then on the client is dead (every further call answers the same fault). Events are kept until
// they are taken.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/actor/driver_source.h"
#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

class ChildProcess;

/// Why a driver could not be talked to. Never the store's fault.
struct DriverFault {
  enum class Kind {
    kNoProgram,  ///< The command could not be started.
    kExited,     ///< The process ended, with `status`, while something was expected of it.
    kTimeout,    ///< No answer within the deadline.
    kBadLine,    ///< A line that is not a valid reply or event, or an unfinished one at the end of
                 ///< output.
    kBadReply,   ///< A reply with the wrong `re`, a second one, or one whose members break the
                 ///< protocol.
    kOversizeLine,  ///< A line of more than 16 MiB.
    kNoise,         ///< More than 64 lines before the hello reply, or events without end.
    kWriteFailed,   ///< The driver closed its input.
  } kind = Kind::kBadLine;
  std::string message;       ///< One sentence for a person.
  std::string bytes;         ///< What the driver wrote, exactly; at most the first 4 KiB of it.
  std::string stderr_tail;   ///< The last of what it wrote to stderr; at most 4 KiB.
  std::string request = "";  ///< The line of the oldest request without a reply; at most 4 KiB.
};

/// The kind's name in reports, for instance "bad-reply".
[[nodiscard]] std::string_view DriverFaultName(DriverFault::Kind kind);

struct DriverTimeouts {
  std::chrono::milliseconds hello{10'000};
  std::chrono::milliseconds reply{10'000};
  std::chrono::milliseconds stop{5'000};
};

/// Takes part in every request that concerns a store.
struct StoreCall {
  std::string store = "main";  ///< Which of the driver's open stores.
  VirtualNow now;
};

/// Threads: not shared; and since the kernel ends a driver with the thread that started it, that
/// thread has to outlive the client. Of the process around it the client changes nothing: SIGPIPE
/// is blocked for the calling thread while it writes, and restored.
class DriverClient {
 public:
  /// Starts the process in a process group of its own and exchanges hello. The process dies with
  /// the suite. A process that leaves its group (setsid) is not followed.
  [[nodiscard]] static Expected<DriverClient, DriverFault> Start(
      const DriverSource& source, const DriverTimeouts& timeouts = {});
  /// Exchanges hello with a driver that was started.
  [[nodiscard]] static Expected<DriverClient, DriverFault> Greet(ChildProcess driver,
                                                                 const DriverTimeouts& timeouts);
  DriverClient(DriverClient&&) noexcept;
  DriverClient& operator=(DriverClient&&) noexcept;
  /// Kills and reaps the process group if it still runs.
  ~DriverClient();

  [[nodiscard]] const BackendDescription& description() const;
  [[nodiscard]] pid_t pid() const;

  /// Opens a store under a name; opening a name again closes what it named.
  [[nodiscard]] Expected<Expected<void, StoreError>, DriverFault> Open(
      const OpenOptions& options, const std::string& store = "main");
  [[nodiscard]] Expected<Expected<void, StoreError>, DriverFault> Close(
      const std::string& store = "main");

  /// Runs one operation and waits for its reply.
  [[nodiscard]] Expected<Result, DriverFault> Call(const Operation& operation,
                                                   const StoreCall& call);

  /// Sends an operation without waiting; Await() with what this returns collects the reply. The
  /// caller keeps at most `pipelining` requests open. Errors: throws std::length_error for an
  /// operation that no line of 16 MiB can carry.
  [[nodiscard]] Expected<std::int64_t, DriverFault> Send(const Operation& operation,
                                                         const StoreCall& call);
  /// A reply that came in before the client died, or was killed, can still be collected: what the
  /// driver acknowledged was acknowledged. Each one once; the deadline runs from this call.
  [[nodiscard]] Expected<Result, DriverFault> Await(std::int64_t request);

  /// The same without waiting: nothing where the reply has not come.
  [[nodiscard]] Expected<std::optional<Result>, DriverFault> AwaitIfThere(std::int64_t request);
  /// For poll(2): readable where AwaitIfThere() may have something, or the driver has ended.
  [[nodiscard]] int output_fd() const;
  /// For poll(2): readable where StderrTail() has something to take in, which keeps a driver that
  /// writes much there from waiting; -1 once there will be no more. Clients of one group have one.
  [[nodiscard]] int error_fd() const;

  /// The quarantine events that came in since the last call, oldest first.
  [[nodiscard]] std::vector<QuarantineEvent> TakeEvents();

  /// Sends `stop`, waits for exit and drains what is left. A fault where the driver wrote anything
  /// but its reply or did not exit with status 0 in time.
  [[nodiscard]] Expected<void, DriverFault> Stop();
  /// SIGKILL to the process group, then reaps it and takes in the replies it had already written.
  void Kill();

  /// The last of what the driver wrote to standard error up to now; at most 4 KiB, any bytes.
  [[nodiscard]] std::string StderrTail();

 private:
  class Impl;
  explicit DriverClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace holdfast::conformance
