#include "conformance/supervise/tracer/tasks.h"

#include <sys/ptrace.h>

#include <csignal>
#include <fstream>
#include <string>
#include <utility>

#include "conformance/supervise/tracer/traced_calls.h"

namespace holdfast::tracer {
namespace {

pid_t ProcessOf(pid_t task) {
  std::ifstream status("/proc/" + std::to_string(task) + "/status");
  for (std::string word; status >> word;) {
    pid_t process = 0;
    if (word == "Tgid:" && status >> process) return process;
  }
  return task;
}

}  // namespace

Task& Tasks::Take(pid_t task) {
  const auto [found, is_new] = tasks_.try_emplace(task);
  if (is_new) {
    found->second.task = task;
    found->second.process = ProcessOf(task);
  }
  return found->second;
}

Task* Tasks::Find(pid_t task) {
  const auto found = tasks_.find(task);
  return found == tasks_.end() ? nullptr : &found->second;
}

void Tasks::ForgetOthersOf(pid_t process) {
  std::erase_if(tasks_, [&](const auto& entry) {
    return entry.second.process == process && entry.first != process;
  });
}

std::vector<SeenStep> Tasks::TakeSteps() {
  std::vector<SeenStep> steps;
  for (auto& [number, task] : tasks_) {
    if (task.step) steps.push_back(std::move(*task.step));
    task.step.reset();
  }
  return steps;
}

void Tasks::KillAll() const {
  for (const auto& [number, task] : tasks_) kill(task.process, SIGKILL);
}

std::optional<Call> ReadCall(pid_t task, user_regs_struct& registers) {
  if (ptrace(PTRACE_GETREGS, task, nullptr, &registers) != 0) return std::nullopt;
  Call call;
  call.task = task;
  call.number = registers.orig_rax;
  if (const TracedCall* traced = TracedCallOf(call.number); traced != nullptr)
    call.name = traced->name;
  const std::uint64_t arguments[] = {registers.rdi, registers.rsi, registers.rdx,
                                     registers.r10, registers.r8,  registers.r9};
  for (int at = 0; at < 6; ++at) call.arguments[at] = arguments[at];
  return call;
}

}  // namespace holdfast::tracer
