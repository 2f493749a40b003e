#include "conformance/actor/own_processes.h"

#include <array>
#include <atomic>
#include <csignal>

namespace holdfast::conformance {
namespace {

// The leader of a group stands as its number, any other process as minus that; 0 is a free place.
std::array<std::atomic<pid_t>, 4096> places;
static_assert(std::atomic<pid_t>::is_always_lock_free, "a signal handler reads it");

}  // namespace

void NoteOwnProcess(pid_t pid, Leads leads) {
  for (std::atomic<pid_t>& place : places) {
    pid_t free = 0;
    if (place.compare_exchange_strong(free, leads == Leads::kGroup ? pid : -pid)) return;
  }
}

void ForgetOwnProcess(pid_t pid) {
  for (std::atomic<pid_t>& place : places) {
    const pid_t held = place.load();
    if (held == pid || held == -pid) place.store(0);
  }
}

bool IsOwnProcess(pid_t pid) {
  for (const std::atomic<pid_t>& place : places) {
    const pid_t held = place.load();
    if (held == pid || held == -pid) return true;
  }
  return false;
}

void KillOwnGroups() noexcept {
  for (const std::atomic<pid_t>& place : places) {
    const pid_t held = place.load();
    if (held > 0) kill(-held, SIGKILL);
  }
}

void ForgetAllProcesses() {
  for (std::atomic<pid_t>& place : places) place.store(0);
}

}  // namespace holdfast::conformance
