// What actions do to a step.
#include <sys/ptrace.h>

#include <csignal>

#include "conformance/supervise/tracer/memory.h"
#include "conformance/supervise/tracer/run.h"

namespace holdfast::tracer {
namespace {

unsigned long long& Register(user_regs_struct& registers, int argument) {
  switch (argument) {
    case 2:
      return registers.rdx;
    case 3:
      return registers.r10;
    default:
      return registers.r8;
  }
}

}  // namespace

bool Run::Strike(Task& task, SeenStep& step, user_regs_struct& registers, Action& action) {
  switch (action.what) {
    case Action::What::kKill:
      action.has_struck = true;
      step.done = "kill";
      KillRun(step);
      return true;
    case Action::What::kFail:
      action.has_struck = true;
      if (action.is_sticky) actions_.MakeSticky(step.kind, static_cast<int>(action.amount));
      FailStep(task, step, registers, static_cast<int>(action.amount));
      return true;
    case Action::What::kShorten:
      action.has_struck = true;
      Shorten(task, step, registers, action.amount);
      return false;
    case Action::What::kDelay:
      action.has_struck = true;
      task.was_delayed = true;
      delayed_.emplace(Clock::now() + std::chrono::milliseconds(action.amount), task.task);
      return true;
  }
  return false;
}

void Run::KillRun(const SeenStep& step) {
  for (const SeenStep& other : tasks_.TakeSteps()) record_.Add(other, std::nullopt);
  record_.Add(step, std::nullopt);
  record_.End("killed", SIGKILL);
  is_over_ = true;
  tasks_.KillAll();
}

// The call does not happen: its number becomes one that there is no call for. Source: seccomp(2).
void Run::FailStep(Task& task, SeenStep& step, user_regs_struct& registers, int error) {
  step.done = "fail";
  step.created = false;
  step.truncated = false;
  task.was_delayed = false;
  registers.orig_rax = ~0ULL;
  registers.rax = static_cast<unsigned long long>(-static_cast<long long>(error));
  ptrace(PTRACE_SETREGS, task.task, nullptr, &registers);
  Count(task);
  record_.Add(step, -error);
  Resume(task);
}

void Run::Shorten(Task& task, SeenStep& step, user_regs_struct& registers, std::int64_t bytes) {
  if (step.count_argument < 0 || step.length <= bytes) return;
  const user_regs_struct before = registers;
  auto left = static_cast<std::uint64_t>(bytes);
  if (!step.is_vector) {
    Register(registers, step.count_argument) = left;
  } else {
    const auto pieces = ReadPieces(task.task, task.call.arguments[1], task.call.arguments[2]);
    if (!pieces) return;
    std::size_t last = 0;
    while ((*pieces)[last].bytes < left) left -= (*pieces)[last++].bytes;
    const std::uint64_t length_at =
        task.call.arguments[1] + last * sizeof(Piece) + sizeof(std::uint64_t);
    if (!WriteWord(task.task, length_at, left)) return;
    task.word = {length_at, (*pieces)[last].bytes};
    registers.rdx = last + 1;
  }
  ptrace(PTRACE_SETREGS, task.task, nullptr, &registers);
  task.registers = before;
  task.shortened_to = bytes;
  step.done = "short";
}

// What the program sees again when its call returns: the kernel leaves arguments alone.
void Run::Restore(Task& task) {
  user_regs_struct now{};
  if (ptrace(PTRACE_GETREGS, task.task, nullptr, &now) == 0) {
    now.rdx = task.registers->rdx;
    now.r10 = task.registers->r10;
    now.r8 = task.registers->r8;
    ptrace(PTRACE_SETREGS, task.task, nullptr, &now);
  }
  if (task.word) (void)WriteWord(task.task, task.word->first, task.word->second);
  task.registers.reset();
  task.word.reset();
}

}  // namespace holdfast::tracer
