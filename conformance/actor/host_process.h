// A process that serves one driver loop or several: its standard error and its end.
//
// It leads a process group of its own, so that what it starts dies with it. Every end is awaited on
// a pidfd, which a deadline can bound, and the group is killed before its leader is reaped: until
// then its number cannot belong to anybody else. Source: pidfd_open(2), waitid(2).
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "conformance/actor/descriptor.h"

namespace holdfast::conformance {

/// How a process ended, for instance "exited with status 3" or "was killed by SIGSEGV". `status` is
/// as waitpid(2) gives it; nothing where it is not known.
[[nodiscard]] std::string EndInWords(const std::optional<int>& status);

/// Threads: not shared.
class HostProcess {
 public:
  /// How much of standard error is kept. Units: bytes.
  static constexpr std::size_t kKeptBytes = 4096;

  /// A child of this process that leads its group. `errors` does not block.
  HostProcess(pid_t pid, UniqueFd pidfd, UniqueFd errors);
  HostProcess(const HostProcess&) = delete;
  HostProcess& operator=(const HostProcess&) = delete;
  /// Kills and reaps.
  ~HostProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] int exit_fd() const { return pidfd_.get(); }  ///< Readable once it has ended.

  /// True once the process has ended and was reaped, with everything left in its group killed.
  [[nodiscard]] bool ReapIfEnded();
  /// SIGKILL to the group, then reaps its leader. A process that the kernel cannot end within ten
  /// seconds is left behind.
  void Kill();
  /// Of the reaped process.
  [[nodiscard]] const std::optional<int>& wait_status() const { return wait_status_; }

  [[nodiscard]] int stderr_fd() const { return errors_.get(); }  ///< -1 once it has ended.
  /// Takes in what was written to standard error.
  void TakeErrors();
  /// The last of what was written to standard error up to now; at most kKeptBytes.
  [[nodiscard]] std::string StderrTail();

 private:
  pid_t pid_;
  bool is_reaped_ = false;
  UniqueFd pidfd_;
  UniqueFd errors_;
  std::string errors_text_;
  std::optional<int> wait_status_;
};

}  // namespace holdfast::conformance
