// The level passes what is right, however it is made, and catches each fault by the clause it
// breaks.
#include "conformance/fault/fault_level.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "conformance/backends/reference/reference_backend.h"
#include "conformance/campaign/files.h"
#include "conformance/drill/tests/tiny_store.h"
#include "conformance/supervise/tests/supervised.h"
#include "holdfast/spec/clauses.h"

namespace holdfast::conformance {
namespace {

// More calls than these, and the story is no small one.
constexpr std::size_t kFewOperations = 3;

// In memory where there is such a file system: what is tested here does not need the disk.
std::filesystem::path ScratchParent() {
  const std::filesystem::path memory = "/dev/shm";
  return std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path();
}

class FaultLevels : public testing::TestWithParam<TinyMake> {
 protected:
  void SetUp() override {
    ASSERT_EQ(WhyNotHere().value_or(""), "");
    options_.dir = scratch_.path();
    // Ten drills, and time for them on a machine that has much else to do.
    options_.budget = std::chrono::seconds(60);
    level_.drills_per_minute = 10;
    options_.timeouts.reply = std::chrono::seconds(4);
  }
  [[nodiscard]] LevelReport Run(Backend& backend) const {
    return RunDrillLevel(level_, {{}, &backend}, backend.Describe(), options_);
  }
  [[nodiscard]] ProgramReport Replay(Backend& backend, const Drill& drill) const {
    return RunDrillProgram(level_, drill, {{}, &backend}, options_.timeouts, scratch_.path());
  }

  ScratchDir scratch_{ScratchParent()};
  LevelOptions options_;
  DrillLevel level_ = FaultLevel();
};

std::string StoriesOf(const LevelReport& report) {
  std::string stories = report.reason;
  if (report.fault) stories += "\n" + report.fault->message;
  for (const FoundFailure& found : report.failures) {
    for (const std::string& line : found.story) stories += "\n" + line;
  }
  return stories;
}

using FaultLevelOnce = FaultLevels;

TEST_F(FaultLevelOnce, PassesTheReferenceStore) {
  const auto backend = MakeReferenceBackend();
  const LevelReport report = Run(*backend);
  EXPECT_EQ(report.verdict, Verdict::kPass) << StoriesOf(report);
  EXPECT_GE(report.programs, 10U);
}

class SoundStores : public FaultLevels {};

TEST_P(SoundStores, Pass) {
  const auto backend = MakeTiny(GetParam());
  const LevelReport report = Run(*backend);
  EXPECT_TRUE(report.failures.empty()) << StoriesOf(report);
  // Threads take their steps in another order each time, so that many are never struck.
  if (!GetParam().writes_aside) EXPECT_EQ(report.verdict, Verdict::kPass) << StoriesOf(report);
}

class CarelessStores : public FaultLevels {};

TEST_P(CarelessStores, AreCaughtByTheClauseTheyBreakInFewCalls) {
  const auto backend = MakeTiny(GetParam());
  const auto is_named = [](const Failure& failure) {
    return failure.clauses.front() == GetParam().clause;
  };
  options_.is_enough = is_named;
  const LevelReport report = Run(*backend);
  ASSERT_EQ(report.verdict, Verdict::kFail) << StoriesOf(report);
  const auto found =
      std::find_if(report.failures.begin(), report.failures.end(),
                   [&](const FoundFailure& failure) { return is_named(failure.failure); });
  ASSERT_NE(found, report.failures.end()) << StoriesOf(report);
  EXPECT_LE(found->operations, kFewOperations) << StoriesOf(report);
  const auto drill = DrillFromJson(found->program);
  ASSERT_TRUE(drill.has_value()) << drill.error();
  EXPECT_FALSE(drill->plan.actions.empty()) << "there is nothing to replay";
  const ProgramReport again = Replay(*backend, *drill);
  ASSERT_TRUE(again.failure.has_value()) << StoriesOf(report);
  EXPECT_EQ(again.failure->title, found->failure.title);
}

TEST_P(CarelessStores, NameAClauseOfTheSpec) { EXPECT_NE(FindClause(GetParam().clause), nullptr); }

std::string NameOfStore(const testing::TestParamInfo<TinyMake>& info) {
  std::string name = info.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, SoundStores, testing::ValuesIn(GoodTinyStores()), NameOfStore);
INSTANTIATE_TEST_SUITE_P(All, CarelessStores, testing::ValuesIn(CarelessTinyStores()), NameOfStore);

}  // namespace
}  // namespace holdfast::conformance
