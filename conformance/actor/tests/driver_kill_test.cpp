// What is left of a driver after its end: nothing.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "conformance/actor/tests/hostile.h"

namespace holdfast::conformance {
namespace {

class Pidfd {
 public:
  explicit Pidfd(pid_t pid) : fd_(static_cast<int>(syscall(SYS_pidfd_open, pid, 0U))) {}
  ~Pidfd() { close(fd_); }
  [[nodiscard]] bool open() const { return fd_ >= 0; }
  [[nodiscard]] bool EndsWithin(int timeout_ms) const {
    pollfd wait{fd_, POLLIN, 0};
    return poll(&wait, 1, timeout_ms) == 1;
  }

 private:
  int fd_;
};

// The process that the driver says it left behind.
std::optional<pid_t> Grandchild(DriverClient& client) {
  if (!client.Call(kLookup, {})) return std::nullopt;
  const auto events = client.TakeEvents();
  if (events.size() != 1) return std::nullopt;
  return static_cast<pid_t>(std::stol(events[0].path));
}

TEST(DriverKill, TakesTheWholeProcessGroup) {
  auto client = DriverClient::Start(Hostile("lookup", "grandchild"), kPatient);
  ASSERT_TRUE(client.has_value());
  const auto pid = Grandchild(*client);
  ASSERT_TRUE(pid.has_value());
  const Pidfd grandchild(*pid);
  ASSERT_TRUE(grandchild.open());
  client->Kill();
  EXPECT_TRUE(grandchild.EndsWithin(60'000));
}

TEST(DriverKill, TakesTheDriverBehindAShell) {
  auto client = DriverClient::Start(
      {{"sh", "-c", "\"$@\"; exit 0", "sh", HOLDFAST_HOSTILE_DRIVER, "lookup", "grandchild"},
       nullptr},
      kPatient);
  ASSERT_TRUE(client.has_value());
  const auto pid = Grandchild(*client);
  ASSERT_TRUE(pid.has_value());
  const Pidfd grandchild(*pid);
  ASSERT_TRUE(grandchild.open());
  client->Kill();
  EXPECT_TRUE(grandchild.EndsWithin(60'000));
}

TEST(DriverStop, TakesWhatAnEndedDriverLeftBehind) {
  auto client = DriverClient::Start(Hostile("lookup", "grandchild"), kPatient);
  ASSERT_TRUE(client.has_value());
  const auto pid = Grandchild(*client);
  ASSERT_TRUE(pid.has_value());
  const Pidfd grandchild(*pid);
  ASSERT_TRUE(grandchild.open());
  EXPECT_TRUE(client->Stop().has_value());
  EXPECT_TRUE(grandchild.EndsWithin(60'000));
}

TEST(HostileDriver, WhoseChildKeepsItsPipesOpenIsSeenToEnd) {
  auto client = DriverClient::Start(Hostile("lookup", "grandchild-and-exit"), kPatient);
  ASSERT_TRUE(client.has_value());
  ASSERT_TRUE(Grandchild(*client).has_value());
  const auto result = client->Call(kLookup, {});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, DriverFault::Kind::kExited);
}

}  // namespace
}  // namespace holdfast::conformance
