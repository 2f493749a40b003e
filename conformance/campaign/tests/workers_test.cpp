#include "conformance/campaign/workers.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <memory>
#include <system_error>
#include <vector>

#include "conformance/actor/child_process.h"
#include "conformance/actor/driver_client.h"
#include "conformance/backends/memory/memory_backend.h"

namespace holdfast::conformance {
namespace {

constexpr std::chrono::seconds kEndDeadline{10};

WorkPlan Plan(int workers, std::uint64_t pieces) {
  WorkPlan plan;
  plan.workers = workers;
  plan.pieces = pieces;
  plan.take = [](std::uint64_t, const Json&) { return true; };
  plan.should_stop = [] { return false; };
  return plan;
}

TEST(Workers, HandInTheirResultsInOrder) {
  WorkPlan plan = Plan(3, 50);
  plan.start_worker = [](int) { return [](std::uint64_t number) { return Json(number * 2); }; };
  std::vector<std::uint64_t> taken;
  plan.take = [&](std::uint64_t number, const Json& result) {
    EXPECT_EQ(result, number * 2);
    taken.push_back(number);
    return taken.size() < 40;
  };
  RunWork(plan);
  ASSERT_EQ(taken.size(), 40U);
  for (std::size_t at = 0; at < taken.size(); ++at) EXPECT_EQ(taken[at], at);
}

TEST(Workers, TellARefusalOfTheMachineAsSuch) {
  WorkPlan plan = Plan(2, 10);
  plan.start_worker = [](int) -> std::function<Json(std::uint64_t)> {
    throw std::system_error(ENOSPC, std::generic_category(), "mkdir");
  };
  try {
    RunWork(plan);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), ENOSPC);
    EXPECT_STREQ(error.what(), "mkdir: No space left on device");
  }
}

TEST(Workers, AreLostWhereOneEndsWithoutAWord) {
  WorkPlan plan = Plan(1, 10);
  plan.start_worker = [](int) { return [](std::uint64_t) -> Json { _exit(3); }; };
  EXPECT_THROW(RunWork(plan), WorkerLost);
}

// A worker that waits for its driver is told to end all the same, and takes the driver with it.
TEST(Workers, EndTheirDriversBeforeTheyAreGone) {
  for (const bool is_waiting : {false, true}) {
    SCOPED_TRACE(is_waiting ? "waiting" : "done");
    WorkPlan plan = Plan(2, is_waiting ? 1'000'000'000 : 2);
    plan.start_worker = [=](int) {
      const auto backend = std::shared_ptr<Backend>(MakeMemoryBackend());
      auto client = DriverClient::Start({{}, backend.get()});
      const auto kept = std::make_shared<DriverClient>(std::move(client.value()));
      return [=](std::uint64_t number) -> Json {
        if (is_waiting && number > 1) pause();
        return kept->pid();
      };
    };
    std::vector<pid_t> drivers;
    plan.take = [&](std::uint64_t, const Json& result) {
      drivers.push_back(result.get<pid_t>());
      return drivers.size() < 2;
    };
    RunWork(plan);
    ASSERT_EQ(drivers.size(), 2U);
    for (const pid_t driver : drivers) {
      const UniqueFd end(static_cast<int>(syscall(SYS_pidfd_open, driver, 0U)));
      EXPECT_TRUE(!end.open() ||
                  WaitReadable(end.get(), std::chrono::steady_clock::now() + kEndDeadline))
          << driver;
    }
  }
}

}  // namespace
}  // namespace holdfast::conformance
