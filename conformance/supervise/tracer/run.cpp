#include "conformance/supervise/tracer/run.h"

#include <sys/ptrace.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <exception>

namespace holdfast::tracer {
namespace {

constexpr int kSyscallStop = SIGTRAP | 0x80;  // PTRACE_O_TRACESYSGOOD

bool IsGroupStop(int signal) {
  return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

// The kernel's own: the call will begin anew, or was never begun. Source: linux/errno.h.
bool IsRestart(std::int64_t result) { return result <= -512 && result >= -516; }

}  // namespace

int Run::Follow(pid_t first) {
  first_ = first;
  (void)tasks_.Take(first);
  record_.Begin(files_.count());
  while (!tasks_.empty()) {
    int status = 0;
    const pid_t number = Await(status);
    if (number < 0) break;
    if (number > 0) Handle(number, status);
    BeginWaiting();
  }
  return first_status_;
}

pid_t Run::Await(int& status) {
  if (delayed_.empty()) {
    pid_t number = 0;
    do {
      number = waitpid(-1, &status, __WALL);
    } while (number < 0 && errno == EINTR);
    return number;
  }
  // SIGCHLD is blocked: one that comes between the two calls is kept for the second.
  const auto due = delayed_.begin()->first;
  while (Clock::now() < due) {
    const pid_t number = waitpid(-1, &status, __WALL | WNOHANG);
    if (number != 0) return number;
    const auto left = std::chrono::ceil<std::chrono::nanoseconds>(due - Clock::now());
    const timespec time{std::max<std::int64_t>(left.count(), 0) / 1'000'000'000,
                        std::max<std::int64_t>(left.count(), 0) % 1'000'000'000};
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    (void)sigtimedwait(&child, nullptr, &time);
  }
  waiting_.push_back(delayed_.begin()->second);
  delayed_.erase(delayed_.begin());
  return 0;
}

void Run::Handle(pid_t number, int status) {
  if (!WIFSTOPPED(status)) return HandleEnd(number, status);
  Task& task = tasks_.Take(number);
  if (is_over_) {  // born while the others were killed
    kill(task.process, SIGKILL);
    return Resume(task);
  }
  try {
    HandleStop(task, status);
  } catch (const std::exception& trouble) {
    record_.Trouble(trouble.what());
    if (under_way_ == number) under_way_ = 0;
    task.step.reset();
    Resume(task);
  }
}

void Run::HandleStop(Task& task, int status) {
  const int signal = WSTOPSIG(status);
  switch (static_cast<unsigned>(status) >> 16U) {
    case PTRACE_EVENT_SECCOMP:
      return Enter(task);
    case PTRACE_EVENT_EXEC:
      HandleExec(task.task);
      return Resume(*tasks_.Find(task.task));
    case PTRACE_EVENT_CLONE:
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK: {
      unsigned long born = 0;
      if (ptrace(PTRACE_GETEVENTMSG, task.task, nullptr, &born) == 0)
        (void)tasks_.Take(static_cast<pid_t>(born));
      return Resume(task);
    }
    case PTRACE_EVENT_STOP:
      if (IsGroupStop(signal)) {
        ptrace(PTRACE_LISTEN, task.task, nullptr, nullptr);
        return;
      }
      return Resume(task);
    default:
      break;
  }
  if (signal == kSyscallStop) return Leave(task);
  Resume(task, signal);
}

void Run::HandleExec(pid_t process) {
  const Task* under_way = tasks_.Find(under_way_);
  const bool was_its = under_way != nullptr && under_way->process == process;
  tasks_.ForgetOthersOf(process);
  Task& left = tasks_.Take(process);
  left.step.reset();
  left.registers.reset();
  left.word.reset();
  if (was_its) under_way_ = 0;
}

void Run::HandleEnd(pid_t number, int status) {
  Task* task = tasks_.Find(number);
  if (task != nullptr && task->step && !is_over_) record_.Add(*task->step, std::nullopt);
  if (under_way_ == number) under_way_ = 0;
  ordinals_.erase(number);
  tasks_.Forget(number);
  if (number != first_) return;
  first_status_ = status;
  if (is_over_) return;
  is_over_ = true;
  for (const SeenStep& other : tasks_.TakeSteps()) record_.Add(other, std::nullopt);
  record_.End(WIFEXITED(status) ? "exited" : "signaled",
              WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
  tasks_.KillAll();
}

void Run::Enter(Task& task) {
  if (under_way_ != 0) return waiting_.push_back(task.task);
  Begin(task);
}

void Run::BeginWaiting() {
  while (under_way_ == 0 && !waiting_.empty() && !is_over_) {
    Task* task = tasks_.Find(waiting_.front());
    waiting_.pop_front();
    if (task == nullptr) continue;
    try {
      Begin(*task);
    } catch (const std::exception& trouble) {
      record_.Trouble(trouble.what());
      Resume(*task);
    }
  }
}

void Run::Begin(Task& task) {
  user_regs_struct registers{};
  const auto call = ReadCall(task.task, registers);
  if (!call) return;  // killed meanwhile: its end will be reported
  auto step = decoder_.Begin(*call);
  if (!step) return Resume(task);
  task.call = *call;
  StepIn(task, std::move(*step), registers);
}

void Run::StepIn(Task& task, SeenStep step, user_regs_struct& registers) {
  Number(task, step);
  if (task.was_delayed) step.done = "delay";
  if (Action* action = actions_.For(step); action != nullptr) {
    if (Strike(task, step, registers, *action)) return;
  } else if (const int error = actions_.StickyErrorOf(step.kind); error != 0) {
    return FailStep(task, step, registers, error);
  }
  task.was_delayed = false;
  Count(task);
  if (!step.may_block) under_way_ = task.task;
  task.step = std::move(step);
  Resume(task);
}

void Run::Leave(Task& task) {
  if (!task.step) return Resume(task);
  user_regs_struct registers{};
  if (!ReadCall(task.task, registers)) return;
  const auto result = static_cast<std::int64_t>(registers.rax);
  SeenStep step = std::move(*task.step);
  task.step.reset();
  if (under_way_ == task.task) under_way_ = 0;
  if (task.registers) {
    Restore(task);
    if (result < task.shortened_to) step.done.clear();  // there was no more to be moved anyway
  }
  if (IsRestart(result)) {
    record_.Add(step, -EINTR);
    return Resume(task);
  }
  decoder_.End(task.call, step, result);
  const bool is_number =
      step.kind != kinds::kOpen && step.kind != kinds::kMap;  // neither descriptor nor address
  record_.Add(step, result < 0 || is_number ? result : 0);
  if (step.kind == kinds::kAcknowledge && result > 0)
    lines_ += std::count(step.bytes.begin(), step.bytes.begin() + result, '\n');
  Resume(task);
}

void Run::Number(const Task& task, SeenStep& step) {
  const auto [found, is_new] = ordinals_.try_emplace(task.process);
  Ordinal& ordinal = found->second;
  if (is_new) ordinal.process = processes_++;
  if (ordinal.operation != lines_) {
    ordinal.operation = lines_;
    ordinal.next = 0;
  }
  step.number = steps_;
  step.place = {ordinal.process, lines_, ordinal.next};
}

void Run::Count(const Task& task) {
  ++ordinals_[task.process].next;
  ++steps_;
}

void Run::Resume(const Task& task, int signal) {
  // The end of a step is awaited; other calls have none that matters. An error means that the task
  // was killed meanwhile, which will be reported.
  ptrace(task.step ? PTRACE_SYSCALL : PTRACE_CONT, task.task, nullptr, signal);
}

}  // namespace holdfast::tracer
