#include "conformance/actor/host_process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "conformance/actor/own_processes.h"

namespace holdfast::conformance {
namespace {

constexpr std::chrono::seconds kKillDeadline{10};
// Errors are read at most this often between two looks at everything else.
constexpr int kErrorReads = 64;
constexpr std::size_t kChunkBytes = 65536;

}  // namespace

std::string EndInWords(const std::optional<int>& status) {
  if (!status) return "ended, its status lost";
  if (WIFEXITED(*status)) return "exited with status " + std::to_string(WEXITSTATUS(*status));
  const int number = WTERMSIG(*status);
  const char* name = sigabbrev_np(number);
  return "was killed by " +
         (name == nullptr ? "signal " + std::to_string(number) : "SIG" + std::string(name));
}

HostProcess::HostProcess(pid_t pid, UniqueFd pidfd, UniqueFd errors)
    : pid_(pid), pidfd_(std::move(pidfd)), errors_(std::move(errors)) {
  NoteOwnProcess(pid, Leads::kGroup);
}

HostProcess::~HostProcess() { Kill(); }

bool HostProcess::ReapIfEnded() {
  if (is_reaped_) return true;
  siginfo_t info{};
  // WNOWAIT leaves a zombie: its number still names the group that is to be killed.
  if (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
      info.si_pid == 0) {
    return false;
  }
  kill(-pid_, SIGKILL);
  ForgetOwnProcess(pid_);
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) == pid_) wait_status_ = status;
  is_reaped_ = true;
  return true;
}

void HostProcess::Kill() {
  if (is_reaped_) return;
  if (kill(-pid_, SIGKILL) != 0) kill(pid_, SIGKILL);
  if (pidfd_.open() &&
      !WaitReadable(pidfd_.get(), std::chrono::steady_clock::now() + kKillDeadline)) {
    return;
  }
  ForgetOwnProcess(pid_);
  int status = 0;
  pid_t reaped = 0;
  do {
    reaped = waitpid(pid_, &status, pidfd_.open() ? WNOHANG : 0);
  } while (reaped < 0 && errno == EINTR);
  if (reaped == pid_) wait_status_ = status;
  is_reaped_ = true;
}

void HostProcess::TakeErrors() {
  std::array<char, kChunkBytes> chunk;
  for (int reads = 0; reads < kErrorReads && errors_.open(); ++reads) {
    const ssize_t got = read(errors_.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return errors_.Close();
    errors_text_.append(chunk.data(), static_cast<std::size_t>(got));
    if (errors_text_.size() > 2 * kKeptBytes)
      errors_text_.erase(0, errors_text_.size() - kKeptBytes);
  }
}

std::string HostProcess::StderrTail() {
  TakeErrors();
  return errors_text_.size() <= kKeptBytes ? errors_text_
                                           : errors_text_.substr(errors_text_.size() - kKeptBytes);
}

}  // namespace holdfast::conformance
