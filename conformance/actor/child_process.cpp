#include "conformance/actor/child_process.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <utility>

#include "conformance/actor/birth.h"
#include "conformance/supervise/tracer/filter.h"

namespace holdfast::conformance {
namespace {

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
  const char* program;  // null for a linked backend that nobody supervises
  char* const* argv;
  int gate = -1;             // of a linked backend that is supervised: its own end,
  int supervisor_gate = -1;  // and the supervisor's
};

// The number that the supervisor knows its end of the gate by.
constexpr int kSupervisorGate = 4;

[[noreturn]] void BecomeProgram(const ChildPlan& plan) {
  std::array wanted{plan.in, plan.out, plan.err, plan.failure, plan.supervisor_gate};
  KeepOnly(std::span(wanted).first(plan.supervisor_gate < 0 ? 4 : 5));
  fcntl(3, F_SETFD, FD_CLOEXEC);
  execv(plan.program, plan.argv);
  const int error = errno;
  const ssize_t told = write(3, &error, sizeof error);
  _exit(told == sizeof error ? 127 : 126);
}

[[noreturn]] void ServeLinked(const ChildPlan& plan, Backend& backend) {
  const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  std::array wanted{null, plan.err, plan.err, plan.in, plan.out, plan.gate};
  KeepOnly(std::span(wanted).first(plan.gate < 0 ? 5 : 6));
  if (plan.gate >= 0) tracer::SubmitToTracer(5);
  int status = 1;
  try {
    status = RunDriver(backend, 3, 4);
  } catch (...) {
    constexpr std::string_view kSentence = "the backend threw while it described itself\n";
    if (write(2, kSentence.data(), kSentence.size()) < 0) status = 2;
  }
  _exit(status);
}

// The child leads the group. Where a linked backend is supervised it becomes the supervisor, and a
// child of its own serves: a process may always trace its children.
[[noreturn]] void BecomeDriver(const ChildPlan& plan, Backend* linked) {
  LeadGroupAndDieWith(plan.parent);
  if (linked == nullptr) BecomeProgram(plan);
  if (plan.program == nullptr) ServeLinked(plan, *linked);
  const pid_t supervisor = getpid();
  const pid_t pid = fork();
  if (pid == 0) {
    DieWith(supervisor);
    ServeLinked(plan, *linked);
  }
  if (pid < 0) _exit(126);
  BecomeProgram(plan);
}

// The program to be started and its words; no program for a linked backend that nobody supervises.
struct CommandLine {
  std::string program;
  std::vector<std::string> words;
};

// Errors: a sentence.
Expected<CommandLine, std::string> CommandLineOf(const DriverSource& source) {
  CommandLine line;
  if (source.linked == nullptr) {
    if (source.command.empty())
      return Unexpected(std::string("the driver's command line is empty"));
    const auto resolved = ResolveProgram(source.command[0]);
    if (!resolved) return Unexpected(CannotStart(source.command[0], ENOENT));
    line = {*resolved, source.command};
  }
  if (source.supervisor.empty()) return line;
  std::vector<std::string> words = source.supervisor;
  if (source.linked != nullptr) {
    words.insert(words.end(), {"--gate", std::to_string(kSupervisorGate)});
  } else {
    words.push_back("--");
    words.push_back(line.program);
    words.insert(words.end(), source.command.begin() + 1, source.command.end());
  }
  return CommandLine{source.supervisor[0], std::move(words)};
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

// How a process ended that its parent has not reaped. Nothing where the parent has.
// Source: proc(5), /proc/pid/stat, the fields state (3) and exit_code (52).
std::optional<int> StatusOfZombie(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  const std::size_t name_end = line.rfind(')');  // a name may hold blanks and brackets
  const std::size_t last = line.find_last_of(' ');
  if (name_end == std::string::npos || line.substr(name_end, 3) != ") Z") return std::nullopt;
  return std::stoi(line.substr(last + 1));
}

}  // namespace

Expected<ChildProcess, std::string> ChildProcess::Start(const DriverSource& source,
                                                        SteadyTime deadline) {
  auto line = CommandLineOf(source);
  if (!line) return Unexpected(std::move(line.error()));
  std::vector<char*> argv;
  for (std::string& word : line->words) argv.push_back(word.data());
  argv.push_back(nullptr);
  auto in = MakePipe();
  auto out = MakePipe();
  auto err = MakePipe();
  auto failure = MakePipe();
  std::array<int, 2> gate{-1, -1};
  const bool has_gate = source.linked != nullptr && !source.supervisor.empty();
  if (has_gate && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, gate.data()) != 0)
    return Unexpected(RefusedBySystem("socketpair"));
  const UniqueFd child_gate(gate[0]);
  const UniqueFd supervisor_gate(gate[1]);
  if (!in || !out || !err || !failure || !MakeNonBlocking(in->write) ||
      !MakeNonBlocking(out->read) || !MakeNonBlocking(err->read)) {
    return Unexpected(RefusedBySystem("pipe"));
  }
  const ChildPlan plan{getpid(),
                       in->read.get(),
                       out->write.get(),
                       err->write.get(),
                       failure->write.get(),
                       line->program.empty() ? nullptr : line->program.c_str(),
                       argv.data(),
                       child_gate.get(),
                       supervisor_gate.get()};
  const pid_t pid = fork();
  if (pid == 0) BecomeDriver(plan, source.linked);
  if (pid < 0) return Unexpected(RefusedBySystem("fork"));
  setpgid(pid, pid);  // both sides do it: whoever comes first, nobody sees it missing
  UniqueFd pidfd = OpenPidfd(pid);
  const bool is_watched = pidfd.open();
  auto host = std::make_shared<HostProcess>(pid, std::move(pidfd), std::move(err->read));
  if (!is_watched) return Unexpected(RefusedBySystem("pidfd_open"));
  failure->write.Close();
  if (!line->program.empty()) {
    const int error = ReadExecFailure(failure->read.get(), deadline);
    if (error != 0) return Unexpected(CannotStart(line->words[0], error));
  }
  return ChildProcess(std::move(host), {std::move(in->write), std::move(out->read)});
}

ChildProcess ChildProcess::OfGroup(std::shared_ptr<HostProcess> host, DriverPipes pipes,
                                   std::optional<GroupChild> child) {
  ChildProcess driver(std::move(host), std::move(pipes));
  driver.is_of_group_ = true;
  driver.child_ = std::move(child);
  return driver;
}

bool ChildProcess::ReapIfEnded() {
  if (!child_) return host_->ReapIfEnded();
  if (!WaitReadable(child_->pidfd.get(), SteadyTime{})) return false;
  if (!child_status_) child_status_ = StatusOfZombie(child_->pid);
  return true;
}

void ChildProcess::Kill() {
  (void)ReapIfEnded();  // how it ended by itself is lost once the host is gone
  host_->Kill();
}

const std::optional<int>& ChildProcess::status() const {
  return child_ ? child_status_ : host_->wait_status();
}

std::string ChildProcess::EndInWords() const { return conformance::EndInWords(status()); }

bool ChildProcess::EndedBySignal() const { return status() && WIFSIGNALED(*status()); }

bool ChildProcess::ExitedCleanly() const {
  return status() && WIFEXITED(*status()) && WEXITSTATUS(*status()) == 0;
}

}  // namespace holdfast::conformance
