#include "conformance/cli/interruption.h"

#include <csignal>
#include <initializer_list>

namespace holdfast::conformance {
namespace {

volatile std::sig_atomic_t interrupted = 0;

}  // namespace

void WatchForInterruption() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

bool IsInterrupted() { return interrupted != 0; }

}  // namespace holdfast::conformance
