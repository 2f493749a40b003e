// The level passes what is right, however it is made, and catches each fault by the clause it
// breaks.
#include "conformance/fault/fault_level.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/backends/reference/reference_backend.h"
#include "conformance/drill/tests/drill_levels.h"
#include "holdfast/spec/clauses.h"

namespace holdfast::conformance {
namespace {

// More calls than these, and the story is no small one.
constexpr std::size_t kFewOperations = 3;

class FaultLevels : public DrillLevels {
 protected:
  FaultLevels() : DrillLevels(FaultLevel()) {}
};

using FaultLevelOnce = FaultLevels;

TEST_F(FaultLevelOnce, PassesTheReferenceStore) {
  const auto backend = MakeReferenceBackend();
  const LevelReport report = Run(*backend);
  EXPECT_EQ(report.verdict, Verdict::kPass) << StoriesOf(report);
  EXPECT_GE(report.programs, 10U);
}

TEST_F(FaultLevelOnce, StrikesNoMoreWhenTheBudgetHasEnded) {
  const auto backend = MakeReferenceBackend();
  const DriverSource source{{}, backend.get()};
  DrillGround ground{source, options_.timeouts, backend->Describe(), scratch_.path(),
                     scratch_.path()};
  const Drill drill = DrawDrill(1, 0, ground.description.capabilities);
  EXPECT_GT(level_.run(drill, ground).strikes, 1U);
  ground.deadline = std::chrono::steady_clock::now();
  const DrillOutcome outcome = level_.run(drill, ground);
  EXPECT_LE(outcome.strikes, 1U);
  EXPECT_FALSE(outcome.failure || outcome.fault || outcome.undecided);
}

class SoundStores : public FaultLevels {};

TEST_P(SoundStores, Pass) {
  const auto backend = MakeTiny(GetParam());
  const LevelReport report = Run(*backend);
  EXPECT_TRUE(report.failures.empty()) << StoriesOf(report);
  // Threads take their steps in another order each time, so that many are never struck.
  if (GetParam().writes_aside) return;
  EXPECT_EQ(report.verdict, Verdict::kPass) << StoriesOf(report);
}

class CarelessStores : public FaultLevels {};

TEST_P(CarelessStores, AreCaughtByTheClauseTheyBreakInFewCalls) {
  ASSERT_NO_FATAL_FAILURE(RunUntilCaught(kFewOperations));
  const ProgramReport again = Replay(*MakeTiny(GetParam()), caught_drill_);
  ASSERT_TRUE(again.failure.has_value()) << again.reason;
  EXPECT_EQ(again.failure->title, caught_.title);
  ASSERT_TRUE(caught_drill_.approach.has_value());
  const ProgramReport other = Replay(*MakeReferenceBackend(), caught_drill_);
  EXPECT_EQ(other.verdict, Verdict::kInconclusive);
  EXPECT_THAT(other.reason, testing::HasSubstr("another way than when this was kept"));
}

TEST_P(CarelessStores, NameAClauseOfTheSpec) { EXPECT_NE(FindClause(GetParam().clause), nullptr); }

INSTANTIATE_TEST_SUITE_P(All, SoundStores, testing::ValuesIn(GoodTinyStores()), NameOfStore);
INSTANTIATE_TEST_SUITE_P(All, CarelessStores, testing::ValuesIn(CarelessTinyStores()), NameOfStore);

}  // namespace
}  // namespace holdfast::conformance
