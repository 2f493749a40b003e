// The level passes what survives the loss of power, says why where a store does not, and leaves in
// peace what claims no such thing.
#include "conformance/power/power_level.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "conformance/backends/reference/reference_backend.h"
#include "conformance/drill/tests/drill_levels.h"

namespace holdfast::conformance {
namespace {

using testing::Contains;
using testing::HasSubstr;

// A drill has up to nine operations. More than these, and the story is no small one.
constexpr std::size_t kFewOperations = 4;

const OutageRow* RowOf(const LevelReport& report, const std::string& profile) {
  const auto row = std::find_if(report.outages.begin(), report.outages.end(),
                                [&](const OutageRow& each) { return each.profile == profile; });
  return row == report.outages.end() ? nullptr : &*row;
}

class PowerLevels : public DrillLevels {
 protected:
  PowerLevels() : DrillLevels(PowerLevel()) {}
  // For stores that have very many states, or open each in a process of its own.
  void TakeFewDrills() { level_.drills_per_minute = 1; }
};

using PowerLevelOnce = PowerLevels;

TEST_F(PowerLevelOnce, PassesTheReferenceStoreExhaustively) {
  const auto backend = MakeReferenceBackend();
  const LevelReport report = Run(*backend);
  EXPECT_EQ(report.verdict, Verdict::kPass) << StoriesOf(report);
  for (const char* profile : {"ext4-ordered", "linux-minimal"}) {
    const OutageRow* row = RowOf(report, profile);
    ASSERT_NE(row, nullptr) << profile;
    std::cout << profile << ": " << HowMany(*row) << "\n";
    EXPECT_EQ(row->worst, Outage::kHarmless) << profile;
    EXPECT_EQ(row->sampled, 0U) << profile;
    EXPECT_GT(row->states, 100U) << profile;
  }
}

TEST_F(PowerLevelOnce, TellsAStoreThatClaimsLessWhatItWouldLose) {
  TakeFewDrills();
  const auto backend = MakeTiny(GoodTinyStores().front());
  const LevelReport report = Run(*backend);
  EXPECT_EQ(report.verdict, Verdict::kNotClaimed) << StoriesOf(report);
  EXPECT_TRUE(report.failures.empty());
  EXPECT_THAT(report.reason, HasSubstr("persistence is process"));
  const OutageRow* kill = RowOf(report, "kill");
  ASSERT_NE(kill, nullptr);
  EXPECT_EQ(kill->worst, Outage::kHarmless);
  const OutageRow* row = RowOf(report, "linux-minimal");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->worst, Outage::kShuts);
  ASSERT_TRUE(row->example.has_value());
  EXPECT_LE(row->example->operations, kFewOperations);
  EXPECT_EQ(row->example->cause, "the file's bytes were not synced before the rename");
}

TEST_F(PowerLevelOnce, DoesNotPassWhatGoesThroughAMapping) {
  TinyMake make = DurableTinyStores().front();
  make.syncing = TinyMake::Syncing::kThroughAMapping;
  const auto backend = MakeTiny(make);
  const LevelReport report = Run(*backend);
  EXPECT_EQ(report.verdict, Verdict::kInconclusive) << StoriesOf(report);
  EXPECT_THAT(report.reason, HasSubstr("not certifiable for power loss"));
}

class DurableStores : public PowerLevels {};

TEST_P(DurableStores, Pass) {
  if (GetParam().is_faithful) TakeFewDrills();
  const auto backend = MakeTiny(GetParam());
  const LevelReport report = Run(*backend);
  EXPECT_EQ(report.verdict, Verdict::kPass) << StoriesOf(report);
}

class VolatileStores : public PowerLevels {};

// What each lacks, as the story says it.
std::string CauseOf(const TinyMake& make) {
  switch (make.syncing) {
    case TinyMake::Syncing::kFile:
      return "because the directory was never synced after the rename";
    case TinyMake::Syncing::kDirectory:
      return "because the file's bytes were not synced before the rename";
    case TinyMake::Syncing::kAfterTheRename:
      return "because the rename came before the sync of the file's bytes";
    case TinyMake::Syncing::kTriedAgain:
      return "because a failed fsync was tried again and then believed";
    default:
      return "because ";
  }
}

TEST_P(VolatileStores, AreCaughtInFewCallsAndToldWhy) {
  RunUntilCaught(kFewOperations);
  const auto backend = MakeTiny(GetParam());
  const ProgramReport again = Replay(*backend, caught_drill_);
  ASSERT_TRUE(again.failure.has_value()) << again.reason;
  EXPECT_EQ(again.failure->title, caught_.title);
  EXPECT_THAT(again.story, Contains(HasSubstr(CauseOf(GetParam()))));
}

INSTANTIATE_TEST_SUITE_P(All, DurableStores, testing::ValuesIn(DurableTinyStores()), NameOfStore);
INSTANTIATE_TEST_SUITE_P(All, VolatileStores, testing::ValuesIn(VolatileTinyStores()), NameOfStore);

}  // namespace
}  // namespace holdfast::conformance
