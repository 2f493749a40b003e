#include "conformance/cli/interruption.h"

#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <initializer_list>

namespace holdfast::conformance {
namespace {

volatile std::sig_atomic_t interrupted = 0;

bool IsOutputGone() {
  pollfd output{STDOUT_FILENO, 0, 0};
  return poll(&output, 1, 0) == 1 && (output.revents & (POLLERR | POLLNVAL)) != 0;
}

}  // namespace

void WatchForInterruption() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before {};
    sigaction(signal, nullptr, &before);
    if (before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
  }
  std::signal(SIGPIPE, SIG_IGN);
}

bool IsInterrupted() {
  if (interrupted == 0 && IsOutputGone()) interrupted = 1;
  return interrupted != 0;
}

}  // namespace holdfast::conformance
