// One driver process: its start, its pipes, its end.
//
// The process leads a process group of its own, so that what it starts dies with it. It inherits
// three descriptors (its standard streams) and no signal setting of ours. Every end is awaited on a
// pidfd, which a deadline can bound, and the group is killed before its leader is reaped: until
// then its number cannot belong to anybody else. Source: fork(2), prctl(2), pidfd_open(2),
// close_range(2); Linux 5.9.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

#include "conformance/actor/driver_source.h"

namespace holdfast::conformance {

using SteadyTime = std::chrono::steady_clock::time_point;

/// The milliseconds from now to a deadline, as poll(2) takes them: rounded up, at least 0.
[[nodiscard]] int PollMillis(SteadyTime deadline);

/// Waits until a descriptor can be read, or its other end is gone. False: the deadline passed.
[[nodiscard]] bool WaitReadable(int fd, SteadyTime deadline);

/// Closes a descriptor once.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.Release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept;
  ~UniqueFd() { Close(); }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool open() const { return fd_ >= 0; }
  [[nodiscard]] int Release();
  void Close();

 private:
  int fd_ = -1;
};

/// A running or ended child. Threads: not shared. Lifetime: the kernel kills the process when the
/// thread that started it ends (PR_SET_PDEATHSIG), so that thread must outlive its use.
class ChildProcess {
 public:
  /// Starts the command, looked up in PATH where its name holds no slash, or forks to serve the
  /// linked backend. The child of a linked backend speaks the protocol over descriptors of its own:
  /// what it prints to standard output goes to standard error.
  /// Errors: a sentence for a person, where there is no such program or the system refused.
  [[nodiscard]] static Expected<ChildProcess, std::string> Start(const DriverSource& source,
                                                                 SteadyTime deadline);
  ChildProcess(ChildProcess&&) noexcept = default;
  ChildProcess& operator=(ChildProcess&&) = delete;
  /// Kills and reaps.
  ~ChildProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] int exit_fd() const { return pidfd_.get(); }   ///< Readable once it has ended.
  [[nodiscard]] int stdin_fd() const { return stdin_.get(); }  ///< Non-blocking, as the others.
  [[nodiscard]] int stdout_fd() const { return stdout_.get(); }
  [[nodiscard]] int stderr_fd() const { return stderr_.get(); }
  void CloseStdin() { stdin_.Close(); }

  /// True once the process has ended and was reaped, with everything left in its group killed.
  [[nodiscard]] bool ReapIfEnded();
  /// SIGKILL to the group, then reaps its leader. A process that the kernel cannot end within ten
  /// seconds is left behind.
  void Kill();
  /// How it ended, for instance "exited with status 3" or "was killed by SIGSEGV".
  [[nodiscard]] std::string EndInWords() const;
  /// True where it was reaped and had been ended by a signal.
  [[nodiscard]] bool EndedBySignal() const;
  /// True where it was reaped and had exited with status 0.
  [[nodiscard]] bool ExitedCleanly() const;

 private:
  ChildProcess() = default;

  struct OwnedPid {  // a pid that moves like the descriptors do
    pid_t value = -1;
    OwnedPid() = default;
    OwnedPid(OwnedPid&& other) noexcept : value(other.value) { other.value = -1; }
  };
  pid_t pid_ = -1;
  OwnedPid unreaped_;
  UniqueFd pidfd_;
  UniqueFd stdin_;
  UniqueFd stdout_;
  UniqueFd stderr_;
  std::optional<int> wait_status_;  // as waitpid(2) gives it
};

}  // namespace holdfast::conformance
