// A run: the driver's processes from the first to the last, step by step.
//
// Steps are taken one at a time: a task that comes to one while another's is under way waits in a
// queue, in the order of coming. So the order of the record is the order in which the directory
// changed, and the steps before k are all that has happened at the entry of step k. Only calls that
// wait for others (a lock that is held) are left to themselves meanwhile; they change no file.
#pragma once

#include <sys/user.h>

#include <chrono>
#include <deque>
#include <map>
#include <set>

#include "conformance/supervise/tracer/actions.h"
#include "conformance/supervise/tracer/decode.h"
#include "conformance/supervise/tracer/record.h"
#include "conformance/supervise/tracer/tasks.h"

namespace holdfast::tracer {

class Run {
 public:
  Run(StoreFiles& files, const struct stat& output, Actions actions, Record& record)
      : files_(files), decoder_(files, output), actions_(std::move(actions)), record_(record) {}

  /// Follows the process `first`, which is traced already, until it and all it started has ended:
  /// what is left when it ends is killed. Returns its status, as waitpid(2) gives it.
  int Follow(pid_t first);

 private:
  using Clock = std::chrono::steady_clock;

  // The next report of any task, or 0 where a delayed one's time has come first.
  pid_t Await(int& status);
  void Handle(pid_t number, int status);
  void HandleStop(Task& task, int status);
  void HandleEnd(pid_t number, int status);
  void HandleExec(pid_t process);

  // A task is stopped before a call.
  void Enter(Task& task);
  // It goes on with it, or it is held up by an action.
  void Begin(Task& task);
  void StepIn(Task& task, SeenStep step, user_regs_struct& registers);
  // A task is stopped after a call that was a step.
  void Leave(Task& task);
  void BeginWaiting();

  // What an action does to a step. True: the task is not to be let go.
  bool Strike(Task& task, SeenStep& step, user_regs_struct& registers, Action& action);
  void FailStep(Task& task, SeenStep& step, user_regs_struct& registers, int error);
  void Shorten(Task& task, SeenStep& step, user_regs_struct& registers, std::int64_t bytes);
  void Restore(Task& task);
  void KillRun(const SeenStep& step);

  void Number(const Task& task, SeenStep& step);
  void Count(const Task& task);
  void Resume(const Task& task, int signal = 0);

  StoreFiles& files_;
  Decoder decoder_;
  Actions actions_;
  Record& record_;
  Tasks tasks_;
  pid_t first_ = 0;
  int first_status_ = 0;
  bool is_over_ = false;  // everything has been killed, or the first process has ended
  pid_t under_way_ = 0;   // the task whose step the others wait for
  std::deque<pid_t> waiting_;
  std::multimap<Clock::time_point, pid_t> delayed_;

  // Numbers of the next step.
  struct Ordinal {
    int process = 0;
    std::int64_t operation = 0;
    std::int64_t next = 0;
  };
  std::map<pid_t, Ordinal> ordinals_;  // of the processes that are alive
  int processes_ = 0;
  std::uint64_t steps_ = 0;
  std::int64_t lines_ = 0;
};

}  // namespace holdfast::tracer
