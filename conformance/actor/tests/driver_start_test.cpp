// Starting a driver, up to its hello.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "conformance/actor/tests/hostile.h"

namespace holdfast::conformance {
namespace {

using Kind = DriverFault::Kind;
using testing::HasSubstr;

DriverFault FaultOfStart(const DriverSource& source, const DriverTimeouts& timeouts = kPatient) {
  auto client = DriverClient::Start(source, timeouts);
  EXPECT_FALSE(client.has_value());
  return client ? DriverFault{} : client.error();
}

TEST(DriverStart, SaysThatThereIsNoSuchProgram) {
  for (const char* word : {"no-such-program-anywhere", "/no/such/path", ""}) {
    const DriverFault fault = FaultOfStart({{word}, nullptr});
    EXPECT_EQ(fault.kind, Kind::kNoProgram);
    EXPECT_THAT(fault.message, HasSubstr("No such file"));
  }
  EXPECT_THAT(FaultOfStart({{}, nullptr}).message, HasSubstr("command line is empty"));
}

TEST(DriverStart, SaysThatAFileIsNoProgram) {
  const DriverFault not_executable = FaultOfStart(
      {{HOLDFAST_SOURCE_DIR "/conformance/actor/tests/driver_start_test.cpp"}, nullptr});
  EXPECT_EQ(not_executable.kind, Kind::kNoProgram);
  EXPECT_THAT(not_executable.message, HasSubstr("executable"));

  char name[] = "/tmp/holdfast-no-program-XXXXXX";
  const int fd = mkstemp(name);
  ASSERT_EQ(write(fd, "no program\n", 11), 11);
  fchmod(fd, 0700);
  close(fd);
  const DriverFault no_format = FaultOfStart({{name}, nullptr});
  unlink(name);
  EXPECT_EQ(no_format.kind, Kind::kNoProgram);
  EXPECT_THAT(no_format.message, HasSubstr("#!"));
}

TEST(DriverStart, TellsHowADriverEndedBeforeItSaidHello) {
  const DriverFault at_once = FaultOfStart({{"true"}, nullptr});
  EXPECT_EQ(at_once.kind, Kind::kExited);
  EXPECT_THAT(at_once.message, HasSubstr("exited with status 0"));
  const DriverFault with_words = FaultOfStart(Hostile("hello", "exit-3"));
  EXPECT_EQ(with_words.kind, Kind::kExited);
  EXPECT_THAT(with_words.message, HasSubstr("exited with status 3"));
  EXPECT_EQ(with_words.stderr_tail, "Traceback: it went wrong\n");
}

TEST(DriverStart, ToleratesABannerOf64LinesAndNoMore) {
  EXPECT_TRUE(DriverClient::Start(Hostile("hello", "banner-64"), kPatient).has_value());
  const DriverFault fault = FaultOfStart(Hostile("hello", "banner-65"));
  EXPECT_EQ(fault.kind, Kind::kNoise);
  EXPECT_EQ(fault.bytes, "welcome");
}

TEST(DriverStart, DoesNotReadNoiseForEver) {
  EXPECT_EQ(FaultOfStart(Hostile("hello", "noise-lines")).kind, Kind::kNoise);
  const DriverFault fault = FaultOfStart(Hostile("hello", "noise-bytes"));
  EXPECT_EQ(fault.kind, Kind::kOversizeLine);
  EXPECT_EQ(fault.bytes, std::string(4096, 'x'));
}

TEST(DriverStart, RefusesAHelloThatBreaksTheProtocol) {
  const struct {
    const char* deed;
    Kind kind;
    const char* message;
  } cases[] = {
      {"old-protocol", Kind::kBadReply, "\"protocol\" must be 1"},
      {"bad-claim", Kind::kBadReply, "clock"},
      {"refused", Kind::kBadReply, "speaks protocol 9"},
      {"other-re", Kind::kBadReply, "never sent"},
      {"array", Kind::kBadLine, "not an object"},
  };
  for (const auto& [deed, kind, message] : cases) {
    SCOPED_TRACE(deed);
    const DriverFault fault = FaultOfStart(Hostile("hello", deed));
    EXPECT_EQ(fault.kind, kind);
    EXPECT_THAT(fault.message, HasSubstr(message));
  }
}

TEST(DriverStart, WaitsForHelloNoLongerThanTold) {
  DriverTimeouts timeouts = kPatient;
  timeouts.hello = std::chrono::milliseconds(50);
  EXPECT_EQ(FaultOfStart(Hostile("hello", "silence"), timeouts).kind, Kind::kTimeout);
  EXPECT_EQ(FaultOfStart(Hostile("hello", "stderr-for-ever"), timeouts).kind, Kind::kTimeout);
}

TEST(DriverStart, HandsDownThreeDescriptorsAndNoSignalSettings) {
  const int inheritable = open("/dev/null", O_RDONLY);  // NOLINT: meant to be without O_CLOEXEC
  std::signal(SIGUSR1, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  sigprocmask(SIG_BLOCK, &blocked, &before);
  auto descriptors = DriverClient::Start(Hostile("lookup", "tell-descriptors"), kPatient);
  auto signals = DriverClient::Start(Hostile("lookup", "tell-signals"), kPatient);
  sigprocmask(SIG_SETMASK, &before, nullptr);
  std::signal(SIGUSR1, SIG_DFL);
  std::signal(SIGPIPE, SIG_DFL);
  close(inheritable);
  ASSERT_TRUE(descriptors && signals);
  ASSERT_TRUE(descriptors->Call(kLookup, {}).has_value());
  ASSERT_TRUE(signals->Call(kLookup, {}).has_value());
  EXPECT_EQ(descriptors->TakeEvents().at(0).path, "0 1 2 ");
  EXPECT_EQ(signals->TakeEvents().at(0).path, "end");
}

}  // namespace
}  // namespace holdfast::conformance
