#include "conformance/supervise/tracer/probe.h"

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "conformance/supervise/tracer/filter.h"
#include "conformance/supervise/tracer/launch.h"

namespace holdfast::tracer {
namespace {

// The tracer answers for this call. Where it was not seen it opens a file.
[[noreturn]] void BeSeen(int gate) {
  SubmitToTracer(gate);
  _exit(open("/", O_RDONLY | O_CLOEXEC) < 0 ? 0 : 1);
}

}  // namespace

std::string Probe() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return "socketpair failed";
  const pid_t child = fork();
  if (child < 0) return "fork failed";
  if (child == 0) {
    close(ends[0]);  // or it would wait at the gate for ever where it cannot be seized
    BeSeen(ends[1]);
  }
  close(ends[1]);
  (void)SeizeAtGate(ends[0]);
  bool was_seen = false;
  int status = 0;
  while (waitpid(child, &status, __WALL) == child && WIFSTOPPED(status)) {
    if (static_cast<unsigned>(status) >> 16U == PTRACE_EVENT_SECCOMP) was_seen = true;
    ptrace(PTRACE_CONT, child, nullptr, nullptr);
  }
  if (!was_seen) {
    return WIFEXITED(status) && WEXITSTATUS(status) == 126
               ? "a seccomp filter is not allowed here"
               : "the system calls of a traced process are not reported here";
  }
  return "";
}

}  // namespace holdfast::tracer
