// The threads of all processes of a run, and their registers.
#pragma once

#include <sys/types.h>
#include <sys/user.h>

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "conformance/supervise/tracer/seen_step.h"

namespace holdfast::tracer {

/// A traced thread.
struct Task {
  pid_t task = 0;
  pid_t process = 0;  ///< Its thread group.
  /// A step that is under way: its call has begun and its end is awaited.
  std::optional<SeenStep> step;
  Call call;
  /// What a shortened call had in its registers and in its vector before.
  std::optional<user_regs_struct> registers;
  std::int64_t shortened_to = 0;
  std::optional<std::pair<std::uint64_t, std::uint64_t>> word;  // address, value
  bool was_delayed = false;  ///< The step that comes next has been.
};

class Tasks {
 public:
  /// Adds a task where it is not known: a newborn one may report before its parent does.
  Task& Take(pid_t task);
  [[nodiscard]] Task* Find(pid_t task);
  void Forget(pid_t task) { tasks_.erase(task); }
  /// After an exec only the caller is left of its process, under the number of the process.
  void ForgetOthersOf(pid_t process);
  [[nodiscard]] bool empty() const { return tasks_.empty(); }

  /// The steps that are under way, which no task has any more after that.
  [[nodiscard]] std::vector<SeenStep> TakeSteps();
  /// SIGKILL to every process.
  void KillAll() const;

 private:
  std::map<pid_t, Task> tasks_;
};

/// The call a task is stopped at. Errors: nothing where the task is gone.
[[nodiscard]] std::optional<Call> ReadCall(pid_t task, user_regs_struct& registers);

}  // namespace holdfast::tracer
