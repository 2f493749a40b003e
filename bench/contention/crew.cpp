#include "bench/contention/crew.h"

#include <poll.h>
#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <utility>

#include "conformance/actor/birth.h"

namespace holdfast::bench {
namespace {

using conformance::PollMillis;
using conformance::SteadyTime;

volatile std::sig_atomic_t interrupted = 0;

void Interrupt(int signal) {
  interrupted = 1;
  // The next one is not waited for.
  ::signal(signal, SIG_DFL);
}

conformance::Pipe NewPipe() {
  auto pipe = conformance::MakePipe();
  if (!pipe) throw std::system_error(errno, std::generic_category(), "pipe");
  return std::move(*pipe);
}

std::string HowItEnded(int status) {
  if (WIFSIGNALED(status)) return std::string("was killed by ") + ::strsignal(WTERMSIG(status));
  return "ended with status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

void TakeInterruptions() {
  struct sigaction action {};
  action.sa_handler = &Interrupt;
  for (const int signal : {SIGINT, SIGTERM}) ::sigaction(signal, &action, nullptr);
}

bool WasInterrupted() { return interrupted != 0; }

bool Gate::Pass() const {
  const char ready = 'r';
  if (::write(ready_fd_, &ready, 1) != 1) return false;
  char go = 0;
  return ::read(go_fd_, &go, 1) == 1;
}

Crew::Crew(std::size_t members, const std::function<Work(std::size_t)>& work_of)
    : ready_(NewPipe()), go_(NewPipe()) {
  const pid_t parent = ::getpid();
  for (std::size_t at = 0; at < members; ++at) {
    const Work work = work_of(at);
    const pid_t pid = ::fork();
    if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid == 0) {
      conformance::LeadGroupAndDieWith(parent);
      go_.write.Close();
      ready_.read.Close();
      ::_exit(work(Gate(ready_.write.get(), go_.read.get())));
    }
    members_.push_back({pid, conformance::OpenPidfd(pid)});
  }
  ready_.write.Close();
}

Crew::~Crew() {
  for (const Member& member : members_) {
    // Until it is reaped its number, and so its group's, is nobody else's.
    ::kill(-member.pid, SIGKILL);
    ::kill(member.pid, SIGKILL);
    while (::waitpid(member.pid, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
}

void Crew::Go() {
  const std::string all(members_.size(), 'g');
  // A pipe takes 4096 bytes at once, and nobody but the members reads.
  (void)!::write(go_.write.get(), all.data(), all.size());
}

Crew::Waited Crew::AwaitReady(std::chrono::milliseconds timeout) { return Wait(timeout, true); }
Crew::Waited Crew::AwaitEnd(std::chrono::milliseconds timeout) { return Wait(timeout, false); }

Crew::Waited Crew::Look(std::size_t at, bool may_end) {
  Member& member = members_[at];
  if (member.ended) return {};
  siginfo_t info{};
  // It stays unreaped, so that its group can still be killed safely.
  if (::waitid(P_PID, static_cast<id_t>(member.pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
      info.si_pid == 0)
    return {};
  member.ended = true;
  const int status = info.si_code == CLD_EXITED ? info.si_status << 8 : info.si_status;
  if (status == 0 && may_end) return {};
  culprit_ = at;
  return Unexpected("contender " + std::to_string(at) + " " + HowItEnded(status));
}

Crew::Waited Crew::Wait(std::chrono::milliseconds timeout, bool until_ready) {
  const SteadyTime deadline = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    std::vector<pollfd> watched;
    if (until_ready) watched.push_back({ready_.read.get(), POLLIN, 0});
    std::optional<std::size_t> waits_for;
    for (std::size_t at = 0; at < members_.size(); ++at) {
      if (auto looked = Look(at, !until_ready); !looked) return looked;
      if (members_[at].ended) continue;
      watched.push_back({members_[at].pidfd.get(), POLLIN, 0});
      waits_for = at;
    }
    if (until_ready && ready_count_ == members_.size()) return {};
    if (!until_ready && !waits_for) return {};
    if (WasInterrupted()) return Unexpected(std::string("interrupted"));
    const int left = PollMillis(deadline);
    if (left == 0) {
      if (!until_ready) culprit_ = waits_for;
      return Unexpected(std::to_string(members_.size()) + " contenders were not " +
                        (until_ready ? "ready" : "done") + " within " +
                        std::to_string(timeout.count()) + " ms");
    }
    // EINTR too leads back to the top, which looks at everything.
    if (::poll(watched.data(), watched.size(), left) > 0 && until_ready &&
        (watched.front().revents & POLLIN) != 0) {
      char ready[64];
      const ssize_t got = ::read(ready_.read.get(), ready, sizeof(ready));
      if (got > 0) ready_count_ += static_cast<std::size_t>(got);
    }
  }
}

}  // namespace holdfast::bench
