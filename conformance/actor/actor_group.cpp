#include "conformance/actor/actor_group.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "conformance/actor/birth.h"
#include "conformance/actor/child_process.h"
#include "conformance/actor/shared_backend.h"

namespace holdfast::conformance {
namespace {

// --- the host's side ---

// The descriptors of one driver loop.
struct LoopEnds {
  int in;
  int out;
};

int Serve(Backend& backend, const LoopEnds& ends) {
  int status = 1;
  try {
    status = RunDriver(backend, ends.in, ends.out);
  } catch (...) {
    constexpr std::string_view kSentence = "the backend threw while it described itself\n";
    if (write(2, kSentence.data(), kSentence.size()) < 0) status = 2;
  }
  close(ends.in);
  close(ends.out);
  return status;
}

int ServeThreads(Backend& backend, const std::vector<LoopEnds>& loops) {
  std::vector<int> statuses(loops.size());
  std::vector<std::thread> threads;
  for (std::size_t at = 0; at < loops.size(); ++at)
    threads.emplace_back([&, at] { statuses[at] = Serve(backend, loops[at]); });
  int worst = 0;
  for (std::size_t at = 0; at < loops.size(); ++at) {
    threads[at].join();
    worst = std::max(worst, statuses[at]);
  }
  return worst;
}

void AwaitChildren() {
  while (waitpid(-1, nullptr, 0) > 0 || errno == EINTR) {
  }
}

// Forks a child for each loop but the first, tells their numbers through `roster`, and serves the
// first itself.
int ServeInheritors(Backend& backend, const std::vector<LoopEnds>& loops, int roster) {
  const pid_t host = getpid();
  for (std::size_t child = 1; child < loops.size(); ++child) {
    const pid_t pid = fork();
    if (pid == 0) {
      DieWith(host);
      close(roster);
      for (std::size_t other = 0; other < loops.size(); ++other) {
        if (other == child || (other > 0 && other < child)) continue;  // its own, and those closed
        close(loops[other].in);
        close(loops[other].out);
      }
      _exit(Serve(backend, loops[child]));
    }
    close(loops[child].in);
    close(loops[child].out);
    if (pid < 0 || write(roster, &pid, sizeof pid) != sizeof pid) return 1;
  }
  close(roster);
  const int status = Serve(backend, loops[0]);
  AwaitChildren();
  return status;
}

[[noreturn]] void BecomeHost(Backend& backend, const GroupOptions& options, std::vector<int> wanted,
                             pid_t parent) {
  constexpr int kRoster = 3;
  constexpr int kFirstLoop = 4;
  LeadGroupAndDieWith(parent);
  wanted[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
  KeepOnly(wanted);
  std::vector<LoopEnds> loops;
  for (std::size_t at = 0; at < options.clients; ++at) {
    const int first = kFirstLoop + 2 * static_cast<int>(at);
    loops.push_back({first, first + 1});
  }
  int status = 1;
  switch (options.sharing) {
    case Sharing::kInstances:
      close(kRoster);
      status = ServeThreads(backend, loops);
      break;
    case Sharing::kThreads: {
      close(kRoster);
      SharedBackend shared(backend, options.open);
      status = ServeThreads(shared, loops);
      break;
    }
    case Sharing::kInheritance: {
      SharedBackend shared(backend, options.open);
      status = ServeInheritors(shared, loops, kRoster);
      break;
    }
  }
  _exit(status);
}

// --- the suite's side ---

DriverFault Refused(const char* what) {
  return {DriverFault::Kind::kNoProgram,
          std::string("the system refused to start a group of drivers: ") + what + ": " +
              std::strerror(errno),
          "", ""};
}

// The host's children, as it tells of them. Errors: a sentence.
Expected<std::vector<std::optional<GroupChild>>, std::string> ReadRoster(int fd,
                                                                         std::size_t clients,
                                                                         const HostProcess& host,
                                                                         SteadyTime deadline) {
  std::vector<std::optional<GroupChild>> children(clients);
  for (std::size_t at = 1; at < clients; ++at) {
    if (!WaitReadable(fd, deadline))
      return Unexpected(std::string("the host of a group of drivers did not start them in time"));
    pid_t pid = -1;
    if (read(fd, &pid, sizeof pid) != sizeof pid)
      return Unexpected(std::string("the host of a group of drivers ended before it started them"));
    children[at] = GroupChild{pid, OpenPidfd(pid)};
    // A living host has reaped nobody: the number is still its child's.
    if (!children[at]->pidfd.open() || WaitReadable(host.exit_fd(), SteadyTime{}))
      return Unexpected(std::string("the host of a group of drivers ended with one of them"));
  }
  return children;
}

}  // namespace

Expected<std::vector<DriverClient>, DriverFault> StartGroup(Backend& backend,
                                                            const GroupOptions& options,
                                                            const DriverTimeouts& timeouts) {
  const auto deadline = std::chrono::steady_clock::now() + timeouts.hello;
  auto err = MakePipe();
  auto roster = MakePipe();
  if (!err || !roster || !MakeNonBlocking(err->read)) return Unexpected(Refused("pipe"));
  std::vector<int> wanted = {-1, err->write.get(), err->write.get(), roster->write.get()};
  std::vector<DriverPipes> ours;
  std::vector<UniqueFd> theirs;
  for (std::size_t at = 0; at < options.clients; ++at) {
    auto in = MakePipe();
    auto out = MakePipe();
    if (!in || !out || !MakeNonBlocking(in->write) || !MakeNonBlocking(out->read))
      return Unexpected(Refused("pipe"));
    wanted.push_back(in->read.get());
    wanted.push_back(out->write.get());
    ours.push_back({std::move(in->write), std::move(out->read)});
    theirs.push_back(std::move(in->read));
    theirs.push_back(std::move(out->write));
  }
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) BecomeHost(backend, options, std::move(wanted), parent);
  if (pid < 0) return Unexpected(Refused("fork"));
  setpgid(pid, pid);  // both sides do it: whoever comes first, nobody sees it missing
  theirs.clear();
  roster->write.Close();
  err->write.Close();
  UniqueFd pidfd = OpenPidfd(pid);
  const bool is_watched = pidfd.open();
  auto host = std::make_shared<HostProcess>(pid, std::move(pidfd), std::move(err->read));
  if (!is_watched) return Unexpected(Refused("pidfd_open"));

  std::vector<std::optional<GroupChild>> children(options.clients);
  if (options.sharing == Sharing::kInheritance) {
    auto told = ReadRoster(roster->read.get(), options.clients, *host, deadline);
    if (!told) {
      host->Kill();
      return Unexpected(
          DriverFault{DriverFault::Kind::kExited, told.error(), "", host->StderrTail()});
    }
    children = std::move(*told);
  }
  std::vector<DriverClient> clients;
  for (std::size_t at = 0; at < options.clients; ++at) {
    auto client = DriverClient::Greet(
        ChildProcess::OfGroup(host, std::move(ours[at]), std::move(children[at])), timeouts);
    if (!client) return Unexpected(client.error());
    clients.push_back(std::move(*client));
  }
  return clients;
}

}  // namespace holdfast::conformance
