// However the program ends, it leaves no process and no folder behind.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <sstream>

#include "conformance/cli/tests/program_run.h"

namespace holdfast::conformance {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// A driver that starts two more processes, one of which leaves its group as a daemon does, and
// writes the numbers of all three into a pipe of the test's.
class LitteringDriver {
 public:
  LitteringDriver() : pipe_path_((folder_.path() / "pids").string()) {
    if (mkfifo(pipe_path_.c_str(), 0600) != 0) throw std::runtime_error("mkfifo");
    pipe_ = open(pipe_path_.c_str(), O_RDWR | O_CLOEXEC);
  }
  ~LitteringDriver() { close(pipe_); }

  [[nodiscard]] std::vector<std::string> Command() const {
    return {"sh",
            "-c",
            "sleep 900 </dev/null >/dev/null 2>&1 & echo $! >\"$1\"\n"
            "setsid sleep 900 </dev/null >/dev/null 2>&1 & echo $! >\"$1\"\n"
            "echo $$ >\"$1\"\n"
            "exec \"$2\" none",
            "driver",
            pipe_path_,
            HOLDFAST_MUTANT_DRIVER};
  }

  // The processes of that many drivers, once they have been started.
  void Await(std::size_t drivers) {
    while (pids_.size() < 3 * drivers) Read();
  }
  // Every process that was started.
  [[nodiscard]] const std::vector<pid_t>& All() {
    fcntl(pipe_, F_SETFL, O_NONBLOCK);
    while (Read()) {
    }
    return pids_;
  }

 private:
  bool Read() {
    char byte = 0;
    if (read(pipe_, &byte, 1) != 1) return false;
    if (byte != '\n') {
      number_ += byte;
    } else {
      pids_.push_back(std::stoi(number_));
      number_.clear();
    }
    return true;
  }

  TestFolder folder_;
  std::string pipe_path_;
  int pipe_ = -1;
  std::string number_;
  std::vector<pid_t> pids_;
};

bool IsAlive(pid_t pid) { return kill(pid, 0) == 0; }

bool EndsWithinTenSeconds(pid_t pid) {
  const int fd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0U));
  if (fd < 0) return true;
  pollfd wait{fd, POLLIN, 0};
  const bool ended = poll(&wait, 1, 10'000) == 1;
  close(fd);
  return ended;
}

std::vector<std::string> CertifyForAnHour(const TestFolder& stores,
                                          const std::vector<std::string>& command) {
  std::vector<std::string> arguments = {
      "certify", "--budget", "1h", "--jobs", "2", "--dir", stores.path().string(), "--"};
  arguments.insert(arguments.end(), command.begin(), command.end());
  return arguments;
}

// The driver that was asked for its claims, and one for each job.
constexpr std::size_t kDriversOfTwoJobs = 3;

TEST(Ending, BySignalLeavesNothingBehind) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    SCOPED_TRACE(strsignal(signal));
    const TestFolder folder;
    const TestFolder stores;
    LitteringDriver driver;
    ProgramRun run(CertifyForAnHour(stores, driver.Command()), folder.path());
    driver.Await(kDriversOfTwoJobs);
    run.Signal(signal);
    const Ended ended = run.Await();
    EXPECT_EQ(ended.code, 3) << ended.out << ended.err;
    EXPECT_THAT(ended.out, HasSubstr("interrupted"));
    EXPECT_THAT(stores.Names(), IsEmpty());
    for (const pid_t pid : driver.All()) EXPECT_FALSE(IsAlive(pid)) << pid;
  }
}

TEST(Ending, OfWhoeverReadsTheOutputEndsTheRunInOrder) {
  const TestFolder folder;
  const TestFolder stores;
  LitteringDriver driver;
  ProgramRun run(CertifyForAnHour(stores, driver.Command()), folder.path());
  driver.Await(kDriversOfTwoJobs);
  run.CloseOutput();
  const Ended ended = run.Await();
  EXPECT_EQ(ended.code, 4) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("standard output could not be written"));
  EXPECT_THAT(stores.Names(), IsEmpty());
  for (const pid_t pid : driver.All()) EXPECT_FALSE(IsAlive(pid)) << pid;
}

TEST(Ending, OfItselfLeavesNothingBehind) {
  const TestFolder folder;
  const TestFolder stores;
  LitteringDriver driver;
  std::vector<std::string> arguments = CertifyForAnHour(stores, driver.Command());
  arguments[2] = "200ms";
  const Ended ended = RunHoldfast(arguments, folder.path());
  EXPECT_NE(ended.out, "");
  EXPECT_GE(driver.All().size(), 3 * kDriversOfTwoJobs);
  EXPECT_THAT(stores.Names(), IsEmpty());
  for (const pid_t pid : driver.All()) EXPECT_FALSE(IsAlive(pid)) << pid;
}

// A server's sockets and shared memory are its own to take away; one that will not end is killed.
TEST(Ending, OfWhatADriverLeftIsAskedForBeforeItIsForced) {
  const TestFolder folder;
  const std::string started = (folder.path() / "started").string();
  const std::string ended = (folder.path() / "ended").string();
  // The daemons close what the driver reads once they are set to be asked.
  const std::string polite =
      "trap 'kill $!; echo >>\"$2\"; exit' TERM; echo >>\"$1\"; exec >&-; sleep 900 & wait";
  const std::string deaf = "trap '' TERM; exec >&-; exec sleep 900";
  const std::string driver =
      "asked=$(setsid sh -c \"$4\" polite \"$1\" \"$2\" </dev/null &\n"
      "setsid sh -c \"$5\" </dev/null & echo $! >>\"$2.not\")\nexec \"$3\" none";
  const Ended run = RunHoldfast({"lint-driver", "--", "sh", "-c", driver, "driver", started, ended,
                                 HOLDFAST_MUTANT_DRIVER, polite, deaf},
                                folder.path());
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_NE(ReadText(started), "");
  EXPECT_EQ(ReadText(ended), ReadText(started));
  std::istringstream deaf_ones(ReadText(ended + ".not"));
  pid_t pid = 0;
  EXPECT_TRUE(deaf_ones >> pid);
  do EXPECT_FALSE(IsAlive(pid)) << pid;
  while (deaf_ones >> pid);
}

TEST(Ending, ByKillLeavesNothingBehind) {
  const TestFolder folder;
  const TestFolder stores;
  LitteringDriver driver;
  ProgramRun run(CertifyForAnHour(stores, driver.Command()), folder.path());
  driver.Await(kDriversOfTwoJobs);
  const pid_t worker = run.Child();
  run.Signal(SIGKILL);
  EXPECT_TRUE(EndsWithinTenSeconds(worker));
  EXPECT_EQ(run.Await().code, -1);
  EXPECT_THAT(stores.Names(), IsEmpty());
  for (const pid_t pid : driver.All()) EXPECT_FALSE(IsAlive(pid)) << pid;
}

// Nobody is left then who knows of the folder.
TEST(Ending, OfTheProcessThatWorksByKillLeavesNoProcessBehind) {
  const TestFolder folder;
  const TestFolder stores;
  LitteringDriver driver;
  ProgramRun run(CertifyForAnHour(stores, driver.Command()), folder.path());
  driver.Await(kDriversOfTwoJobs);
  kill(run.Child(), SIGKILL);
  EXPECT_EQ(run.Await().code, -1);
  for (const pid_t pid : driver.All()) EXPECT_TRUE(EndsWithinTenSeconds(pid)) << pid;
}

TEST(Output, ThatCannotBeWrittenIsNotTakenForWritten) {
  const TestFolder folder;
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"list", "clauses"}, {"explain", "TTL-2"}, {"--help"}, {"certify", "--help"}}) {
    SCOPED_TRACE(testing::PrintToString(words));
    const Ended ended = ProgramRun(words, folder.path(), "/dev/full").Await();
    EXPECT_EQ(ended.code, 4);
    EXPECT_THAT(ended.err, HasSubstr("standard output could not be written"));
  }
}

}  // namespace
}  // namespace holdfast::conformance
