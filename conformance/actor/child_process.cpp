#include "conformance/actor/child_process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "conformance/actor/own_processes.h"

namespace holdfast::conformance {
namespace {

constexpr std::chrono::seconds kKillDeadline{10};

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

std::optional<Pipe> MakePipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

bool MakeNonBlocking(int fd) { return fcntl(fd, F_SETFL, O_NONBLOCK) == 0; }

// The file that a command's first word names, or nothing where PATH has no such program.
std::optional<std::string> ResolveProgram(const std::string& word) {
  if (word.find('/') != std::string::npos) return word;
  const char* path = std::getenv("PATH");
  const std::string folders = path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path;
  for (std::size_t at = 0; at <= folders.size();) {
    const std::size_t end = std::min(folders.find(':', at), folders.size());
    const std::string folder = end == at ? "." : folders.substr(at, end - at);
    const std::string candidate = folder + "/" + word;
    if (!word.empty() && access(candidate.c_str(), X_OK) == 0) return candidate;
    at = end + 1;
  }
  return std::nullopt;
}

std::string CannotStart(const std::string& word, int error) {
  std::string sentence = "cannot start \"" + word + "\": " + std::strerror(error);
  switch (error) {
    case ENOENT:
      return sentence + "; check the spelling, or give the path of the program";
    case EACCES:
      return sentence +
             "; is it executable? A script may need its interpreter first, as in python3 " + word;
    case ENOEXEC:
      return sentence + "; it is neither a program nor a script that starts with #!";
    default:
      return sentence;
  }
}

// What the child needs, all of it made before the fork: between fork and exec of a process with
// threads only async-signal-safe calls are allowed.
struct ChildPlan {
  pid_t parent;
  int in;
  int out;
  int err;
  int failure;          // where errno goes if exec fails; closed by a successful one
  const char* program;  // null for a linked backend
  char* const* argv;
};

// Handlers of ours mean nothing to a driver; those of the faults may be a sanitizer's and stay.
void ResetSignals() {
  for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGALRM, SIGTERM, SIGUSR1, SIGUSR2,
                           SIGCHLD, SIGTSTP, SIGTTIN, SIGTTOU, SIGWINCH}) {
    std::signal(number, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// Puts the descriptors at 0, 1, 2, … in the order given, and closes every other one.
template <std::size_t kCount>
void KeepOnly(std::array<int, kCount> wanted) {
  for (int& fd : wanted) fd = fcntl(fd, F_DUPFD, 16);  // out of the way of what they are to replace
  for (std::size_t at = 0; at < kCount; ++at) dup2(wanted[at], static_cast<int>(at));
  if (syscall(SYS_close_range, static_cast<unsigned>(kCount), ~0U, 0U) != 0) {
    for (long fd = static_cast<long>(kCount); fd < sysconf(_SC_OPEN_MAX); ++fd)
      close(static_cast<int>(fd));
  }
}

void LeadGroupAndDieWith(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // it died before it could be asked for
  setpgid(0, 0);
  ResetSignals();
}

[[noreturn]] void BecomeProgram(const ChildPlan& plan) {
  LeadGroupAndDieWith(plan.parent);
  KeepOnly(std::array{plan.in, plan.out, plan.err, plan.failure});
  fcntl(3, F_SETFD, FD_CLOEXEC);
  execv(plan.program, plan.argv);
  const int error = errno;
  const ssize_t told = write(3, &error, sizeof error);
  _exit(told == sizeof error ? 127 : 126);
}

[[noreturn]] void ServeLinked(const ChildPlan& plan, Backend& backend) {
  LeadGroupAndDieWith(plan.parent);
  const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  KeepOnly(std::array{null, plan.err, plan.err, plan.in, plan.out});
  int status = 1;
  try {
    status = RunDriver(backend, 3, 4);
  } catch (...) {
    constexpr std::string_view kSentence = "the backend threw while it described itself\n";
    if (write(2, kSentence.data(), kSentence.size()) < 0) status = 2;
  }
  _exit(status);
}

// The errno of a failed exec, or 0: a successful one has closed the pipe, or exec has come to no
// end by the deadline, which whoever awaits the first line will find out.
int ReadExecFailure(int fd, SteadyTime deadline) {
  if (!WaitReadable(fd, deadline)) return 0;
  int error = 0;
  ssize_t got = 0;
  do {
    got = read(fd, &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  return got == sizeof error ? error : 0;
}

std::string RefusedBySystem(const char* what) {
  return std::string("the system refused to start a driver process: ") + what + ": " +
         std::strerror(errno);
}

}  // namespace

int PollMillis(SteadyTime deadline) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1'000'000'000));
}

bool WaitReadable(int fd, SteadyTime deadline) {
  for (;;) {
    pollfd wait{fd, POLLIN, 0};
    const int ready = poll(&wait, 1, PollMillis(deadline));
    if (ready > 0) return true;
    if (ready == 0 && std::chrono::steady_clock::now() >= deadline) return false;
    if (ready < 0 && errno != EINTR) return false;
  }
}

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
  if (this != &other) {
    Close();
    fd_ = other.Release();
  }
  return *this;
}

int UniqueFd::Release() { return std::exchange(fd_, -1); }

void UniqueFd::Close() {
  if (fd_ >= 0) close(Release());
}

Expected<ChildProcess, std::string> ChildProcess::Start(const DriverSource& source,
                                                        SteadyTime deadline) {
  std::string program;
  std::vector<std::string> words = source.command;
  std::vector<char*> argv;
  if (source.linked == nullptr) {
    if (words.empty()) return Unexpected(std::string("the driver's command line is empty"));
    const auto resolved = ResolveProgram(words[0]);
    if (!resolved) return Unexpected(CannotStart(words[0], ENOENT));
    program = *resolved;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
  }
  auto in = MakePipe();
  auto out = MakePipe();
  auto err = MakePipe();
  auto failure = MakePipe();
  if (!in || !out || !err || !failure || !MakeNonBlocking(in->write.get()) ||
      !MakeNonBlocking(out->read.get()) || !MakeNonBlocking(err->read.get())) {
    return Unexpected(RefusedBySystem("pipe"));
  }
  const ChildPlan plan{
      getpid(),         in->read.get(),       out->write.get(),
      err->write.get(), failure->write.get(), source.linked == nullptr ? program.c_str() : nullptr,
      argv.data()};
  ChildProcess child;
  const pid_t pid = fork();
  if (pid == 0) {
    if (source.linked != nullptr) ServeLinked(plan, *source.linked);
    BecomeProgram(plan);
  }
  if (pid < 0) return Unexpected(RefusedBySystem("fork"));
  setpgid(pid, pid);  // both sides do it: whoever comes first, nobody sees it missing
  child.pid_ = child.unreaped_.value = pid;
  NoteOwnProcess(pid, Leads::kGroup);
  child.pidfd_ = UniqueFd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0U)));
  if (!child.pidfd_.open()) return Unexpected(RefusedBySystem("pidfd_open"));
  child.stdin_ = std::move(in->write);
  child.stdout_ = std::move(out->read);
  child.stderr_ = std::move(err->read);
  failure->write.Close();
  if (source.linked == nullptr) {
    const int error = ReadExecFailure(failure->read.get(), deadline);
    if (error != 0) return Unexpected(CannotStart(words[0], error));
  }
  return child;
}

ChildProcess::~ChildProcess() { Kill(); }

bool ChildProcess::ReapIfEnded() {
  if (unreaped_.value < 0) return true;
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
  unreaped_.value = -1;
  return true;
}

void ChildProcess::Kill() {
  if (unreaped_.value < 0) return;
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
  unreaped_.value = -1;
}

std::string ChildProcess::EndInWords() const {
  if (!wait_status_) return "ended, its status lost";
  if (WIFEXITED(*wait_status_))
    return "exited with status " + std::to_string(WEXITSTATUS(*wait_status_));
  const int number = WTERMSIG(*wait_status_);
  const char* name = sigabbrev_np(number);
  return "was killed by " +
         (name == nullptr ? "signal " + std::to_string(number) : "SIG" + std::string(name));
}

bool ChildProcess::EndedBySignal() const { return wait_status_ && WIFSIGNALED(*wait_status_); }

bool ChildProcess::ExitedCleanly() const {
  return wait_status_ && WIFEXITED(*wait_status_) && WEXITSTATUS(*wait_status_) == 0;
}

}  // namespace holdfast::conformance
