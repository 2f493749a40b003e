#include "conformance/campaign/conclusion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::conformance {
namespace {

LevelReport Concluded(std::uint64_t programs, std::uint64_t planned) {
  LevelEnd end;
  end.planned = planned;
  LevelReport report;
  report.programs = programs;
  Conclude(report, end);
  return report;
}

TEST(Conclusion, IsAPassWhereAllThatWasPlannedWasRun) {
  EXPECT_EQ(Concluded(6, 6).verdict, Verdict::kPass);
  EXPECT_EQ(Concluded(6, 6).reason, "");
}

TEST(Conclusion, SaysOfAPassWhatTheBudgetLeftOut) {
  const LevelReport report = Concluded(2, 6);
  EXPECT_EQ(report.verdict, Verdict::kPass);
  EXPECT_EQ(report.reason, "the budget ended after 2 of 6 programs");
}

// A level whose claims bring no situation that has to be met was once passed by a driver so slow
// that the budget ended within the first program.
TEST(Conclusion, IsNoPassWhereNothingWasRun) {
  const LevelReport report = Concluded(0, 6);
  EXPECT_EQ(report.verdict, Verdict::kInconclusive);
  EXPECT_THAT(report.reason, testing::HasSubstr("before the first of 6 programs"));
}

TEST(Conclusion, PutsAFailureBeforeAllElse) {
  LevelReport report;
  report.failures.emplace_back();
  LevelEnd end;
  end.interrupted = true;
  end.undecided = "no way to tell";
  Conclude(report, end);
  EXPECT_EQ(report.verdict, Verdict::kFail);
}

}  // namespace
}  // namespace holdfast::conformance
