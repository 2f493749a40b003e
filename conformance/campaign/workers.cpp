#include "conformance/campaign/workers.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

namespace holdfast::conformance {
namespace {

constexpr int kPollMs = 100;
constexpr std::size_t kReadBytes = 65536;

bool WriteAll(int fd, const std::string& bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t count = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

// What a worker process does with its life: every piece whose number is its own modulo the number
// of workers.
[[noreturn]] void Work(const WorkPlan& plan, int worker, int out_fd) {
  int status = 0;
  try {
    const auto do_piece = plan.start_worker(worker);
    const auto step = static_cast<std::uint64_t>(plan.workers);
    for (auto number = static_cast<std::uint64_t>(worker); number < plan.pieces; number += step) {
      const std::string line = Json{{"number", number}, {"result", do_piece(number)}}.dump(
                                   -1, ' ', false, Json::error_handler_t::replace) +
                               "\n";
      if (!WriteAll(out_fd, line)) break;  // the parent has gone or wants no more
    }
    if (!WriteAll(out_fd, "end\n")) status = 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "holdfast: a worker process failed: %s\n", error.what());
    status = 1;
  }
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
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (::getppid() != parent) ::_exit(1);
      ::signal(SIGINT, SIG_IGN);  // the parent decides what an interrupt means
      ::signal(SIGPIPE, SIG_IGN);
      for (const int fd : inherited) ::close(fd);
      ::close(fds[0]);
      Work(plan, number, fds[1]);
    }
    ::close(fds[1]);
    fd_ = fds[0];
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() {
    if (fd_ >= 0) ::close(fd_);
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
      }
    }
  }

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
  int fd_ = -1;
  bool ended_ = false;
  std::string buffer_;
};

}  // namespace

void RunWork(const WorkPlan& plan) {
  std::vector<std::unique_ptr<Worker>> workers;
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
