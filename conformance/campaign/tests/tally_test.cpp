#include "conformance/campaign/tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/campaign/results_json.h"

namespace holdfast::conformance {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

Json Failing(std::string clause, std::string got) {
  const Failure failure{{std::move(clause)}, "a title", 3, "this", std::move(got)};
  return {{"operations", 7}, {"met", Json::object()}, {"failure", FailureToJson(failure)}};
}

class TallyTest : public testing::Test {
 protected:
  LevelOptions options_;
};

TEST_F(TallyTest, PlansByTheBudgetAndAtLeastOne) {
  EXPECT_EQ(ProgramsWithin(milliseconds(60'000), 600), 600U);
  EXPECT_EQ(ProgramsWithin(milliseconds(1'500), 600), 15U);
  EXPECT_EQ(ProgramsWithin(milliseconds(10), 3), 1U);
}

TEST_F(TallyTest, AddsUpWhatProgramsMet) {
  Tally tally(Level::kFiles, 5, options_);
  tally.Count({{"operations", 7}, {"met", {{"tie", 2}}}});
  tally.Count({{"operations", 4}, {"met", {{"tie", 1}, {"eviction", 1}}}});
  const LevelReport report = tally.Finish();
  EXPECT_EQ(report.level, Level::kFiles);
  EXPECT_EQ(report.programs, 2U);
  EXPECT_EQ(report.operations, 11U);
  EXPECT_EQ(report.coverage.Hits("tie"), 3U);
  EXPECT_EQ(report.coverage.Hits("eviction"), 1U);
}

TEST_F(TallyTest, KeepsTheFirstFailureOfEachNameByItsNumber) {
  Tally tally(Level::kFiles, 5, options_);
  ASSERT_NE(tally.TakeFailure(4, Failing("QUA-1", "first")), nullptr);
  EXPECT_EQ(tally.TakeFailure(5, Failing("QUA-1", "second")), nullptr);
  FoundFailure* other = tally.TakeFailure(2, Failing("OPS-3", "third"));
  ASSERT_NE(other, nullptr);
  other->operations = 9;
  EXPECT_EQ(tally.CountNames(), 2U);

  const std::vector<FoundFailure> found = tally.Release();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].number, 2U);
  EXPECT_EQ(found[0].operations, 9U);
  EXPECT_EQ(found[1].failure.got, "first");
  EXPECT_EQ(found[1].seen, 2U);
  EXPECT_EQ(tally.CountNames(), 0U);
}

TEST_F(TallyTest, LooksOnForWhatNobodyExpected) {
  options_.is_expected = [](const Failure& failure) { return failure.clauses.front() == "QUA-1"; };
  Tally tally(Level::kFiles, 5, options_);
  (void)tally.TakeFailure(0, Failing("QUA-1", "known"));
  EXPECT_FALSE(tally.HasLookedOn(milliseconds(0)));
  EXPECT_FALSE(tally.IsEnough(1));
  (void)tally.TakeFailure(1, Failing("OPS-3", "unknown"));
  EXPECT_TRUE(tally.HasLookedOn(milliseconds(0)));
  EXPECT_FALSE(tally.HasLookedOn(std::chrono::hours(1)));
  EXPECT_FALSE(tally.IsEnough(2));
  EXPECT_TRUE(tally.IsEnough(1));
}

TEST_F(TallyTest, EndsWithTheFailureThatWasLookedFor) {
  options_.is_enough = [](const Failure& failure) { return failure.clauses.front() == "OPS-3"; };
  Tally tally(Level::kFiles, 5, options_);
  (void)tally.TakeFailure(0, Failing("QUA-1", "not that"));
  EXPECT_FALSE(tally.IsEnough(24));
  (void)tally.TakeFailure(1, Failing("OPS-3", "that"));
  EXPECT_TRUE(tally.IsEnough(24));
}

TEST_F(TallyTest, IsOutOfTimeAtTheEndOfTheBudget) {
  options_.budget = milliseconds(0);
  EXPECT_TRUE(Tally(Level::kCrash, 1, options_).IsOutOfTime());
  options_.budget = std::chrono::hours(1);
  EXPECT_FALSE(Tally(Level::kCrash, 1, options_).IsOutOfTime());
}

TEST_F(TallyTest, TellsOfMoreThanWasPlanned) {
  std::vector<std::uint64_t> planned;
  options_.on_progress = [&](const Progress& progress) {
    planned.push_back(progress.programs_planned);
  };
  Tally tally(Level::kSequential, 1, options_);
  tally.Tell("running");
  tally.Count({{"operations", 0}, {"met", Json::object()}});
  tally.Count({{"operations", 0}, {"met", Json::object()}});
  tally.Tell("running");
  tally.Extend(16);
  tally.Tell("running");
  EXPECT_THAT(planned, ElementsAre(1U, 2U, 17U));
}

TEST_F(TallyTest, KeepsWhatTheDriverWasAskedBeforeItWasAtFault) {
  Tally tally(Level::kFault, 1, options_);
  DriverFault fault;
  fault.kind = DriverFault::Kind::kBadLine;
  fault.message = "no JSON";
  tally.TakeFault(6, {{"fault", FaultToJson(fault)}}, Json{{"steps", 1}}, 12);
  const LevelReport report = tally.Finish();
  ASSERT_TRUE(report.fault);
  ASSERT_TRUE(report.faulty);
  EXPECT_EQ(report.faulty->number, 6U);
  EXPECT_EQ(report.faulty->operations, 12U);
  EXPECT_EQ(report.faulty->program, Json({{"steps", 1}}));
  EXPECT_THAT(report.faulty->story,
              ElementsAre("PRO-1: driver fault (bad-line)", "     got      no JSON"));
}

}  // namespace
}  // namespace holdfast::conformance
