// Forked children for the tests that need another process.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>

namespace holdfast::reference {

inline constexpr int kDeadlineMs = 60'000;

/// One byte from one process to another: what a test waits for instead of time.
class Signal {
 public:
  Signal() {
    if (::pipe(ends_.data()) != 0) throw std::runtime_error("pipe");
  }
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  ~Signal() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  void Send() {
    if (::write(ends_[1], "x", 1) != 1) throw std::runtime_error("write");
  }
  /// False where none came before the deadline.
  [[nodiscard]] bool Wait() {
    pollfd waited = {ends_[0], POLLIN, 0};
    char byte = 0;
    return ::poll(&waited, 1, kDeadlineMs) == 1 && ::read(ends_[0], &byte, 1) == 1;
  }

 private:
  std::array<int, 2> ends_{};
};

/// A child process that runs a function and exits 0 where it answers true. Killed at the end.
class Child {
 public:
  explicit Child(const std::function<bool()>& body) : pid_(::fork()) {
    if (pid_ < 0) throw std::runtime_error("fork");
    if (pid_ != 0) return;
    bool good = false;
    try {
      good = body();
    } catch (...) {
    }
    ::_exit(good ? 0 : 1);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { Kill(); }

  /// True where the child ended by itself and its function answered true.
  [[nodiscard]] bool Join() {
    int status = 0;
    ::waitpid(std::exchange(pid_, 0), &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  void Kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(std::exchange(pid_, 0), nullptr, 0);
  }

 private:
  pid_t pid_;
};

}  // namespace holdfast::reference
