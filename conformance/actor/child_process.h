// One driver as the suite holds it: the process that serves it, and its pipes.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>

#include "conformance/actor/descriptor.h"
#include "conformance/actor/driver_source.h"
#include "conformance/actor/host_process.h"

namespace holdfast::conformance {

/// The suite's ends of a driver's pipes. They do not block.
struct DriverPipes {
  UniqueFd in;   ///< What the driver reads is written here.
  UniqueFd out;  ///< What the driver writes is read here.
};

/// A child of a host process that serves one driver loop of the host's group.
struct GroupChild {
  pid_t pid = -1;
  UniqueFd pidfd;
};

/// A running or ended driver. Threads: not shared. Lifetime: the kernel kills the process when the
/// thread that started it ends (PR_SET_PDEATHSIG), so that thread must outlive its use.
class ChildProcess {
 public:
  /// Starts the command, looked up in PATH where its name holds no slash, or forks to serve the
  /// linked backend. The child of a linked backend speaks the protocol over descriptors of its own:
  /// what it prints to standard output goes to standard error.
  /// Errors: a sentence for a person, where there is no such program or the system refused.
  [[nodiscard]] static Expected<ChildProcess, std::string> Start(const DriverSource& source,
                                                                 SteadyTime deadline);
  /// A driver loop of a host that serves others too; by `child`, where that is there.
  [[nodiscard]] static ChildProcess OfGroup(std::shared_ptr<HostProcess> host, DriverPipes pipes,
                                            std::optional<GroupChild> child);
  ChildProcess(ChildProcess&&) noexcept = default;
  ChildProcess& operator=(ChildProcess&&) = delete;
  /// Closes the pipes; the last driver of a host kills and reaps it.
  ~ChildProcess() = default;

  /// Of the process that serves the loop.
  [[nodiscard]] pid_t pid() const { return child_ ? child_->pid : host_->pid(); }
  /// Readable once that process has ended.
  [[nodiscard]] int exit_fd() const { return child_ ? child_->pidfd.get() : host_->exit_fd(); }
  /// True where the host serves other loops too: this one may end, and the host live on.
  [[nodiscard]] bool is_of_group() const { return is_of_group_; }
  [[nodiscard]] int stdin_fd() const { return pipes_.in.get(); }  ///< Non-blocking, as stdout_fd.
  [[nodiscard]] int stdout_fd() const { return pipes_.out.get(); }
  void CloseStdin() { pipes_.in.Close(); }
  /// Standard error is the host's.
  [[nodiscard]] HostProcess& host() { return *host_; }

  /// True once the process that serves the loop has ended, and was reaped where it is the host.
  [[nodiscard]] bool ReapIfEnded();
  /// Kills the host and all it serves, and reaps it.
  void Kill();
  /// How it ended, for instance "exited with status 3" or "was killed by SIGSEGV".
  [[nodiscard]] std::string EndInWords() const;
  /// True where it is known that it had been ended by a signal.
  [[nodiscard]] bool EndedBySignal() const;
  /// True where it is known that it had exited with status 0.
  [[nodiscard]] bool ExitedCleanly() const;

 private:
  ChildProcess(std::shared_ptr<HostProcess> host, DriverPipes pipes)
      : host_(std::move(host)), pipes_(std::move(pipes)) {}
  [[nodiscard]] const std::optional<int>& status() const;

  std::shared_ptr<HostProcess> host_;
  DriverPipes pipes_;
  bool is_of_group_ = false;
  std::optional<GroupChild> child_;
  std::optional<int> child_status_;
};

}  // namespace holdfast::conformance
