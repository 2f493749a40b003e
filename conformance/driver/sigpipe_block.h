// Writing to a pipe that nobody reads is to give EPIPE and not a signal, without changing what
// SIGPIPE does to the rest of the process.
//
// The signal is directed at the writing thread. It is blocked there for the scope; one that was
// raised meanwhile is taken off before the old mask returns.
// Source: POSIX write(2), pthread_sigmask(3), sigtimedwait(2).
#pragma once

#include <csignal>
#include <ctime>

namespace holdfast::conformance {

/// Threads: belongs to the thread that made it.
class SigpipeBlock {
 public:
  SigpipeBlock() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  SigpipeBlock(const SigpipeBlock&) = delete;
  SigpipeBlock& operator=(const SigpipeBlock&) = delete;
  ~SigpipeBlock() {
    if (raised_ && sigismember(&before_, SIGPIPE) == 0) {
      const timespec at_once{0, 0};
      sigtimedwait(&pipe_, nullptr, &at_once);
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

  /// To be called where a write gave EPIPE.
  void NoteRaised() { raised_ = true; }

 private:
  sigset_t pipe_{};
  sigset_t before_{};
  bool raised_ = false;
};

}  // namespace holdfast::conformance
