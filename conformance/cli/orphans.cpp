#include "conformance/cli/orphans.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "conformance/actor/child_process.h"
#include "conformance/actor/own_processes.h"

namespace holdfast::conformance {
namespace {

constexpr std::chrono::seconds kEndDeadline{5};
constexpr std::chrono::seconds kGrace{3};  // of those: to end in good order

// The parent of a process, as /proc/N/stat names it: after its name, which may hold anything, and
// its state.
pid_t ParentOf(const std::filesystem::path& process) {
  std::string text;
  std::getline(std::ifstream(process / "stat"), text);  // empty where the process has just ended
  const std::size_t name_end = text.rfind(") ");
  if (name_end == std::string::npos || name_end + 4 >= text.size()) return 0;
  return std::atoi(text.c_str() + name_end + 4);
}

std::vector<pid_t> Orphans() {
  std::vector<pid_t> orphans;
  std::error_code error;
  for (std::filesystem::directory_iterator at("/proc", error), end; !error && at != end;
       at.increment(error)) {
    const pid_t pid = std::atoi(at->path().filename().c_str());
    if (pid > 0 && !IsOwnProcess(pid) && ParentOf(at->path()) == getpid()) orphans.push_back(pid);
  }
  return orphans;
}

// The pid is a child of this process that nobody else reaps, so the number is its own till then.
bool HasEnded(pid_t pid, SteadyTime deadline) {
  const UniqueFd ended(static_cast<int>(syscall(SYS_pidfd_open, pid, 0U)));
  return ended.open() && WaitReadable(ended.get(), deadline) && waitpid(pid, nullptr, WNOHANG) > 0;
}

// A server that is killed leaves its sockets and its shared memory behind.
void AskToEnd(const std::vector<pid_t>& orphans, SteadyTime deadline) {
  for (const pid_t pid : orphans) kill(pid, SIGTERM);
  for (const pid_t pid : orphans) static_cast<void>(HasEnded(pid, deadline));
}

}  // namespace

OrphanKeeper::OrphanKeeper() { prctl(PR_SET_CHILD_SUBREAPER, 1UL); }

OrphanKeeper::~OrphanKeeper() {
  const SteadyTime start = std::chrono::steady_clock::now();
  const SteadyTime deadline = start + kEndDeadline;
  AskToEnd(Orphans(), start + kGrace);
  // Whose parent has just been ended comes with the next round.
  for (std::vector<pid_t> orphans = Orphans();
       !orphans.empty() && std::chrono::steady_clock::now() < deadline; orphans = Orphans()) {
    for (const pid_t pid : orphans) {
      kill(pid, SIGKILL);
      if (!HasEnded(pid, deadline)) return;
    }
  }
  prctl(PR_SET_CHILD_SUBREAPER, 0UL);
}

void OrphanKeeper::ReapEnded() {
  siginfo_t ended{};
  // One of our own that has ended is left to whoever started it, which it will not wait long for.
  while (waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid > 0 &&
         !IsOwnProcess(ended.si_pid) && waitpid(ended.si_pid, nullptr, WNOHANG) > 0) {
    ended = {};
  }
}

}  // namespace holdfast::conformance
