// holdfast-keeper: runs a database server for as long as somebody wants it.
//
//   holdfast-keeper DATA_DIR USER END_SIGNAL LINGER_MS SOCKET COMMAND…
//
// Drivers that share a data directory share its server; they come and go, and are killed at will.
// Each keeps a connection to the keeper, which the kernel closes however the driver ends. When the
// last one has been closed for LINGER_MS, or the keeper gets SIGTERM, it ends the server, with
// END_SIGNAL, and then itself; when the keeper is killed the kernel kills the server. So no server
// outlives what it was started for.
//
// In COMMAND, {folder} is a folder for the server's sockets; SOCKET is the name in it that can be
// connected to once the server is up. USER is who the server runs as; - for the keeper's own.
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <string>
#include <vector>

#include "conformance/backends/servers/keeper_address.h"
#include "conformance/backends/servers/own_fd.h"
#include "conformance/backends/servers/server_folder.h"

namespace holdfast::conformance {
namespace {

using Clock = std::chrono::steady_clock;

// Nobody may come at all, where the one who asked for the server was killed meanwhile.
constexpr std::chrono::seconds kFirstClient{10};
constexpr std::chrono::seconds kServerStart{20};
constexpr std::chrono::seconds kServerEnd{2};

struct Account {
  bool is_own = true;
  uid_t uid = geteuid();
  gid_t gid = getegid();
};

// How the server runs, and how it ends.
struct Terms {
  Account account;
  int end_signal;
  std::chrono::milliseconds linger;
};

Account AccountNamed(const std::string& name) {
  if (name == "-") return {};
  const passwd* entry = getpwnam(name.c_str());
  if (entry == nullptr) throw std::runtime_error("there is no user " + name);
  return {false, entry->pw_uid, entry->pw_gid};
}

int RemainingMs(Clock::time_point deadline) {
  const auto rest = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return rest < 0 ? 0 : static_cast<int>(rest);
}

sigset_t Asking() {
  sigset_t asking;
  sigemptyset(&asking);
  sigaddset(&asking, SIGTERM);
  return asking;
}

// Readable once somebody has asked this process to end.
OwnFd AskedToEnd() {
  const sigset_t asking = Asking();
  if (sigprocmask(SIG_BLOCK, &asking, nullptr) != 0) throw std::runtime_error("sigprocmask");
  OwnFd asked(signalfd(-1, &asking, SFD_CLOEXEC));
  if (!asked.open()) throw std::runtime_error("signalfd");
  return asked;
}

bool IsReadable(int fd, int ms) {
  pollfd wanted{fd, POLLIN, 0};
  return poll(&wanted, 1, ms) > 0;
}

class Keeper {
 public:
  Keeper(OwnFd directory, OwnFd listening, std::vector<std::string> command,
         const std::string& socket, const Terms& terms)
      : directory_(std::move(directory)),
        listening_(std::move(listening)),
        terms_(terms),
        folder_(terms.account.uid),
        socket_(folder_.path() / socket) {
    for (std::string& word : command) {
      const std::string mark = "{folder}";
      const std::size_t at = word.find(mark);
      if (at != std::string::npos) word.replace(at, mark.size(), folder_.path().string());
    }
    StartServer(command);
  }
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;
  ~Keeper() { EndServer(); }

  void Run() {
    if (!AwaitServer()) return;
    // Until when it stays where nobody has it.
    Clock::time_point end = Clock::now() + kFirstClient;
    while (true) {
      std::vector<pollfd> wanted = {{listening_.get(), POLLIN, 0},
                                    {server_end_.get(), POLLIN, 0},
                                    {asked_to_end_.get(), POLLIN, 0}};
      const std::size_t others = wanted.size();
      for (const OwnFd& client : clients_) wanted.push_back({client.get(), POLLIN, 0});
      const int got = poll(wanted.data(), wanted.size(), clients_.empty() ? RemainingMs(end) : -1);
      if (got < 0 && errno != EINTR) return;
      if (got < 0) continue;
      if (got == 0 || wanted[1].revents != 0 || wanted[2].revents != 0) return;
      for (std::size_t at = clients_.size(); at-- > 0;) {
        // A client says nothing: what there is to read is its end.
        if (wanted[at + others].revents == 0) continue;
        clients_.erase(clients_.begin() + static_cast<std::ptrdiff_t>(at));
        end = Clock::now() + terms_.linger;
      }
      if (wanted[0].revents != 0) Admit();
    }
  }

 private:
  void StartServer(std::vector<std::string>& command) {
    const pid_t keeper = getpid();
    server_ = fork();
    if (server_ < 0) throw std::runtime_error("fork");
    if (server_ == 0) BecomeServer(command, keeper);
    server_end_ = OwnFd(static_cast<int>(syscall(SYS_pidfd_open, server_, 0U)));
    if (!server_end_.open()) throw std::runtime_error("pidfd_open");
  }

  [[noreturn]] void BecomeServer(std::vector<std::string>& command, pid_t keeper) const {
    const Account& account = terms_.account;
    // The address stays taken for as long as the server lives: nobody starts a second one on its
    // data.
    fcntl(listening_.get(), F_SETFD, 0);
    if (!account.is_own &&
        (setgroups(0, nullptr) != 0 || setgid(account.gid) != 0 || setuid(account.uid) != 0)) {
      _exit(126);
    }
    // After the change of user, which takes it back. Source: prctl(2).
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != keeper) _exit(126);
    const int log = open((folder_.path() / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (log >= 0) {
      dup2(log, 1);
      dup2(log, 2);
    }
    const sigset_t asking = Asking();
    sigprocmask(SIG_UNBLOCK, &asking, nullptr);
    std::vector<char*> argv;
    for (std::string& word : command) argv.push_back(word.data());
    argv.push_back(nullptr);
    execvp(argv[0], argv.data());
    _exit(127);
  }

  // False where it ended instead, or is to.
  bool AwaitServer() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket_.size() >= sizeof address.sun_path) return false;
    std::copy(socket_.begin(), socket_.end(), address.sun_path);
    const Clock::time_point deadline = Clock::now() + kServerStart;
    while (Clock::now() < deadline) {
      const OwnFd probe(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
      if (connect(probe.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0)
        return true;
      // The pause between two tries, unless the server ends.
      if (IsReadable(server_end_.get(), 1) || IsReadable(asked_to_end_.get(), 0)) return false;
    }
    return false;
  }

  void Admit() {
    OwnFd client(accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client.open() || !IsPeerOneOfUs(client.get(), geteuid())) return;
    const std::string welcome = std::to_string(getpid()) + " " + folder_.path().string() + "\n";
    if (send(client.get(), welcome.data(), welcome.size(), MSG_NOSIGNAL) < 0) return;
    clients_.push_back(std::move(client));
  }

  void EndServer() {
    if (server_ <= 0) return;
    kill(server_, terms_.end_signal);
    if (!IsReadable(server_end_.get(), static_cast<int>(kServerEnd / std::chrono::milliseconds(1))))
      kill(server_, SIGKILL);
    waitpid(server_, nullptr, 0);
  }

  OwnFd directory_;  // held, so that its inode stays its own
  OwnFd listening_;
  Terms terms_;
  OwnFd asked_to_end_ = AskedToEnd();
  ServerFolder folder_;
  std::string socket_;
  pid_t server_ = -1;
  OwnFd server_end_;
  std::vector<OwnFd> clients_;
};

int Main(std::vector<std::string> arguments) {
  if (arguments.size() < 6) {
    std::fputs("usage: holdfast-keeper DATA_DIR USER END_SIGNAL LINGER_MS SOCKET COMMAND...\n",
               stderr);
    return 2;
  }
  OwnFd directory(open(arguments[0].c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct stat seen {};
  if (!directory.open() || fstat(directory.get(), &seen) != 0) return kKeeperCannot;
  const KeeperAddress address(seen);
  OwnFd listening(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (bind(listening.get(), address.get(), address.bytes) != 0)
    return errno == EADDRINUSE ? kKeeperIsThere : kKeeperCannot;
  if (listen(listening.get(), SOMAXCONN) != 0) return kKeeperCannot;
  const Account account = AccountNamed(arguments[1]);
  // A process of its own, in a session of its own: whoever asked for it may end, and is not to be
  // its parent.
  const pid_t keeper = fork();
  if (keeper != 0) return keeper < 0 ? kKeeperCannot : kKeeperListens;
  setsid();
  if (chdir("/") != 0) return kKeeperCannot;
  const Terms terms{account, std::stoi(arguments[2]),
                    std::chrono::milliseconds(std::stoi(arguments[3]))};
  Keeper(std::move(directory), std::move(listening), {arguments.begin() + 5, arguments.end()},
         arguments[4], terms)
      .Run();
  return 0;
}

}  // namespace
}  // namespace holdfast::conformance

int main(int argc, char** argv) {
  try {
    return holdfast::conformance::Main({argv + 1, argv + argc});
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "holdfast-keeper: %s\n", exception.what());
    return holdfast::conformance::kKeeperCannot;
  }
}
