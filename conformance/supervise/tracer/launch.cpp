#include "conformance/supervise/tracer/launch.h"

#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "conformance/supervise/tracer/filter.h"

namespace holdfast::tracer {
namespace {

[[noreturn]] void Refuse(const char* what) {
  throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

// A driver that was built with a sanitizer must not look for leaks at its end: LeakSanitizer traces
// the process itself, and there can be only one.
void DoWithoutLeakCheck() {
  const char* options = std::getenv("LSAN_OPTIONS");
  const std::string all = (options == nullptr ? "" : std::string(options) + ":") + "detect_leaks=0";
  setenv("LSAN_OPTIONS", all.c_str(), 1);
}

[[noreturn]] void BecomeCommand(int gate, const std::vector<char*>& words) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  DoWithoutLeakCheck();
  SubmitToTracer(gate);
  execvp(words[0], words.data());
  std::fprintf(stderr, "cannot start %s: %s\n", words[0], std::strerror(errno));
  _exit(127);
}

}  // namespace

int StartAtGate(const std::vector<std::string>& command) {
  std::vector<std::string> copies = command;
  std::vector<char*> words;
  for (std::string& word : copies) words.push_back(word.data());
  words.push_back(nullptr);
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) Refuse("socketpair");
  const pid_t child = fork();
  if (child < 0) Refuse("fork");
  if (child == 0) {
    close(ends[0]);
    BecomeCommand(ends[1], words);
  }
  close(ends[1]);
  return ends[0];
}

pid_t SeizeAtGate(int gate) {
  int child = 0;
  if (read(gate, &child, sizeof child) != sizeof child)
    throw std::runtime_error("the driver's process ended before it was seized");
  constexpr long kOptions = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
                            PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL |
                            PTRACE_O_TRACESYSGOOD;
  if (ptrace(PTRACE_SEIZE, child, nullptr, kOptions) != 0) Refuse("ptrace is not allowed here");
  const char go = 1;
  if (write(gate, &go, 1) != 1) Refuse("the gate");
  close(gate);
  return child;
}

}  // namespace holdfast::tracer
