#include "conformance/cli/guard.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "conformance/actor/own_processes.h"
#include "conformance/cli/orphans.h"

namespace holdfast::conformance {
namespace {

sigset_t HeardSignals() {
  sigset_t heard;
  sigemptyset(&heard);
  for (const int number : {SIGCHLD, SIGHUP, SIGINT, SIGTERM}) sigaddset(&heard, number);
  return heard;
}

// The worker's status, once it has ended.
int WaitFor(pid_t worker, const sigset_t& heard) {
  const OrphanKeeper orphans;
  NoteOwnProcess(worker, Leads::kNothing);
  int status = 0;
  while (waitpid(worker, &status, WNOHANG) == 0) {
    siginfo_t told{};
    if (sigwaitinfo(&heard, &told) < 0 || told.si_signo == SIGCHLD) continue;
    // A terminal tells the whole group by itself.
    if (told.si_code != SI_KERNEL) kill(worker, told.si_signo);
  }
  ForgetOwnProcess(worker);
  return status;
}

}  // namespace

ExitCode RunGuarded(const std::function<ExitCode()>& run) {
  const sigset_t heard = HeardSignals();
  sigset_t before;
  signal(SIGCHLD, SIG_DFL);  // where it was ignored, no status could be waited for
  sigprocmask(SIG_BLOCK, &heard, &before);
  const pid_t guard = getpid();
  const pid_t worker = fork();
  if (worker < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (worker == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigprocmask(SIG_SETMASK, &before, nullptr);
    if (getppid() != guard) raise(SIGTERM);  // it died before it could be asked for
    return run();
  }
  const int status = WaitFor(worker, heard);
  sigprocmask(SIG_SETMASK, &before, nullptr);
  if (WIFEXITED(status)) return static_cast<ExitCode>(WEXITSTATUS(status));
  signal(WTERMSIG(status), SIG_DFL);
  raise(WTERMSIG(status));
  return ExitCode::kSuiteBug;
}

}  // namespace holdfast::conformance
