// Descriptors of ours, and waiting for them with a deadline.
#pragma once

#include <chrono>
#include <optional>

namespace holdfast::conformance {

using SteadyTime = std::chrono::steady_clock::time_point;

/// The milliseconds from now to a deadline, as poll(2) takes them: rounded up, at least 0.
[[nodiscard]] int PollMillis(SteadyTime deadline);

/// Waits until there is something to read, or the other side has closed. False: the deadline
/// passed.
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

/// Both ends of a pipe, closed on exec.
struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

/// Errors: nothing, with errno set.
[[nodiscard]] std::optional<Pipe> MakePipe();
/// Makes reads and writes answer EAGAIN. False, with errno set, where the system refused.
[[nodiscard]] bool MakeNonBlocking(const UniqueFd& fd);
/// A descriptor that is readable once the process has ended; not open, with errno set, where there
/// is no such process. Source: pidfd_open(2).
[[nodiscard]] UniqueFd OpenPidfd(int pid);

}  // namespace holdfast::conformance
