#include "conformance/campaign/workers.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "conformance/actor/child_process.h"
#include "conformance/actor/own_processes.h"

namespace holdfast::conformance {
namespace {

constexpr int kPollMs = 100;
constexpr std::size_t kReadBytes = 65536;
constexpr std::chrono::seconds kEndDeadline{10};
// The order to end, from the parent, or from the kernel where the parent has died. A signal, so
// that it reaches a worker that waits for a driver; none that a terminal or a service manager
// sends to everybody.
constexpr int kEndSignal = SIGUSR1;

bool WriteAll(int fd, const std::string& bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t count = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

void EndAtOnce(int) {
  KillOwnGroups();
  ::_exit(0);
}

// What the parent is told to do is the parent's to pass on.
void SetSignals() {
  for (const int signal : {SIGHUP, SIGINT, SIGTERM, SIGPIPE}) ::signal(signal, SIG_IGN);
  struct sigaction action {};
  action.sa_handler = EndAtOnce;
  sigemptyset(&action.sa_mask);
  ::sigaction(kEndSignal, &action, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// What a worker process does with its life: every piece whose number is its own modulo the number
// of workers.
[[noreturn]] void Work(const WorkPlan& plan, int worker, int out_fd) {
  int status = 0;
  try {
    auto do_piece = plan.start_worker(worker);
    const auto step = static_cast<std::uint64_t>(plan.workers);
    for (auto number = static_cast<std::uint64_t>(worker); number < plan.pieces; number += step) {
      const std::string line = Json{{"number", number}, {"result", do_piece(number)}}.dump(
                                   -1, ' ', false, Json::error_handler_t::replace) +
                               "\n";
      if (!WriteAll(out_fd, line)) break;  // the parent has gone or wants no more
    }
    do_piece = nullptr;  // its driver ends before it is said that this is the end
    if (!WriteAll(out_fd, "end\n")) status = 1;
  } catch (const std::system_error& error) {
    std::string what = error.what();  // which the parent's exception ends in the same way
    const std::string end = ": " + error.code().message();
    if (what.ends_with(end)) what.resize(what.size() - end.size());
    const Json refusal = {{"code", error.code().value()}, {"refused", what}};
    (void)WriteAll(out_fd, refusal.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "holdfast: a worker process failed: %s\n", error.what());
    status = 1;
  }
  KillOwnGroups();
  ::_exit(status);
}

class Worker {
 public:
  Worker(const WorkPlan& plan, int number, const std::vector<int>& inherited) {
    int fds[2];
    if (::pipe2(fds, O_CLOEXEC) != 0)
      throw std::system_error(errno, std::generic_category(), "pipe");
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid_ == 0) {
      ForgetAllProcesses();
      SetSignals();
      ::prctl(PR_SET_PDEATHSIG, kEndSignal);
      if (::getppid() != parent) ::_exit(1);
      for (const int fd : inherited) ::close(fd);
      ::close(fds[0]);
      Work(plan, number, fds[1]);
    }
    NoteOwnProcess(pid_, Leads::kNothing);
    end_ = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0U)));
    ::close(fds[1]);
    fd_ = fds[0];
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() {
    if (fd_ >= 0) ::close(fd_);
    if (pid_ <= 0) return;
    Order();
    if (!end_.open() || !WaitReadable(end_.get(), std::chrono::steady_clock::now() + kEndDeadline))
      ::kill(pid_, SIGKILL);
    ForgetOwnProcess(pid_);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  // Tells it to end, its drivers and all that they have started with it.
  void Order() const { ::kill(pid_, kEndSignal); }

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool has_ended() const { return ended_; }

  // Reads what is there and gives each whole line to `on_line`.
  template <typename OnLine>
  void Read(const OnLine& on_line) {
    std::vector<char> bytes(kReadBytes);
    const ssize_t count = ::read(fd_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) return;
    if (count <= 0) throw WorkerLost("a worker process ended before its work was done");
    buffer_.append(bytes.data(), static_cast<std::size_t>(count));
    for (std::size_t end = buffer_.find('\n'); end != std::string::npos; end = buffer_.find('\n')) {
      const std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      if (line == "end") {
        ended_ = true;
        return;
      }
      on_line(line);
    }
  }

 private:
  pid_t pid_ = -1;
  UniqueFd end_;  // readable once it has ended
  int fd_ = -1;
  bool ended_ = false;
  std::string buffer_;
};

// All of them are told to end before the first is waited for.
struct Workforce : std::vector<std::unique_ptr<Worker>> {
  ~Workforce() {
    for (const auto& worker : *this) worker->Order();
  }
};

}  // namespace

void RunWork(const WorkPlan& plan) {
  Workforce workers;
  std::vector<int> fds;
  for (int i = 0; i < plan.workers; ++i) {
    workers.push_back(std::make_unique<Worker>(plan, i, fds));
    fds.push_back(workers.back()->fd());
  }
  std::map<std::uint64_t, Json> early;  // results that wait for one with a smaller number
  std::uint64_t next = 0;
  bool wanted = true;
  const auto on_line = [&](const std::string& line) {
    Json message = Json::parse(line);
    if (message.contains("refused")) {
      throw std::system_error(message["code"].get<int>(), std::generic_category(),
                              message["refused"].get<std::string>());
    }
    early[message["number"].get<std::uint64_t>()] = std::move(message["result"]);
    for (auto first = early.begin(); wanted && first != early.end() && first->first == next;) {
      wanted = plan.take(next, first->second);
      first = early.erase(first);
      ++next;
    }
  };
  while (wanted && next < plan.pieces && !plan.should_stop()) {
    std::vector<pollfd> polled;
    for (const auto& worker : workers) {
      polled.push_back({worker->has_ended() ? -1 : worker->fd(), POLLIN, 0});
    }
    if (::poll(polled.data(), polled.size(), kPollMs) <= 0) continue;
    for (std::size_t i = 0; i < workers.size(); ++i) {
      if (polled[i].revents != 0) workers[i]->Read(on_line);
    }
  }
}

}  // namespace holdfast::conformance
