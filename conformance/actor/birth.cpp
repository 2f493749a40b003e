#include "conformance/actor/birth.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

namespace holdfast::conformance {
namespace {

void ResetSignals() {
  for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGTERM, SIGUSR1, SIGUSR2,
                           SIGCHLD, SIGTSTP, SIGTTIN, SIGTTOU, SIGWINCH}) {
    std::signal(number, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace

void DieWith(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // it died before it could be asked for
}

void LeadGroupAndDieWith(pid_t parent) {
  DieWith(parent);
  setpgid(0, 0);
  ResetSignals();
}

void KeepOnly(std::span<int> wanted) {
  const int count = static_cast<int>(wanted.size());
  // Out of the way of what they are to replace.
  for (int& fd : wanted) fd = fcntl(fd, F_DUPFD, count);
  for (int at = 0; at < count; ++at) dup2(wanted[static_cast<std::size_t>(at)], at);
  if (syscall(SYS_close_range, static_cast<unsigned>(count), ~0U, 0U) != 0) {
    for (long fd = count; fd < sysconf(_SC_OPEN_MAX); ++fd) close(static_cast<int>(fd));
  }
}

}  // namespace holdfast::conformance
