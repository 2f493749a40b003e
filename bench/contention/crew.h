// Processes forked to do one thing each, started together and never left behind.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "conformance/actor/descriptor.h"
#include "holdfast/spec/expected.h"

namespace holdfast::bench {

/// Where a member waits until all are ready.
class Gate {
 public:
  Gate(int ready_fd, int go_fd) : ready_fd_(ready_fd), go_fd_(go_fd) {}
  /// Says that this member is ready and waits until all are. False: it is called off.
  [[nodiscard]] bool Pass() const;

 private:
  int ready_fd_;
  int go_fd_;
};

/// What a member does. It passes the gate once; what it answers is its exit status.
using Work = std::function<int(const Gate&)>;

/// Forked processes. Each dies with this one, and leads a process group, which is killed with what
/// it started when the crew is destroyed. The caller has one thread.
class Crew {
 public:
  /// Errors: throws std::system_error, where no process can be forked.
  Crew(std::size_t members, const std::function<Work(std::size_t)>& work_of);
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  ~Crew();

  using Waited = Expected<void, std::string>;
  /// Waits until every member is at the gate. Errors: a sentence with the member that ended or did
  /// not come in time, or that the run was interrupted.
  [[nodiscard]] Waited AwaitReady(std::chrono::milliseconds timeout);
  /// Opens the gate.
  void Go();
  /// Waits until every member has ended with status 0. Errors: as AwaitReady(); the first that
  /// ended otherwise ends the wait.
  [[nodiscard]] Waited AwaitEnd(std::chrono::milliseconds timeout);
  /// The member that was the cause of the last error.
  [[nodiscard]] std::optional<std::size_t> culprit() const { return culprit_; }

 private:
  struct Member {
    pid_t pid = -1;
    conformance::UniqueFd pidfd;
    bool ended = false;
  };

  [[nodiscard]] Waited Wait(std::chrono::milliseconds timeout, bool until_ready);
  /// Nothing wrong: it goes on, or has ended well.
  [[nodiscard]] Waited Look(std::size_t member, bool may_end);

  std::vector<Member> members_;
  conformance::Pipe ready_;
  conformance::Pipe go_;
  std::size_t ready_count_ = 0;
  std::optional<std::size_t> culprit_;
};

/// From now on SIGINT and SIGTERM end the waits of crews with an error instead of the program; a
/// second one ends the program. Call once, before the first crew.
void TakeInterruptions();
[[nodiscard]] bool WasInterrupted();

}  // namespace holdfast::bench
