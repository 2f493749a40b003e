#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "conformance/cli/tests/program_run.h"
#include "holdfast/conformance/clause_checks.h"
#include "holdfast/spec/clauses.h"

namespace holdfast::conformance {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(GtestFrontEnd, RegistersATestForEachClauseThatIsJudged) {
  const TestFolder folder;
  const Ended ended = RunHoldfast({"--gtest_list_tests"}, folder.path());
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.out, AllOf(HasSubstr("Memory.\n"), HasSubstr("late__Store.\n")));
  ASSERT_GT(AllClauseChecks().size(), 30U);
  for (const ClauseCheck& check : AllClauseChecks()) {
    ASSERT_NE(FindClause(check.clause), nullptr);
    std::string test = check.clause;
    test.replace(test.find('-'), 1, "_");
    EXPECT_THAT(ended.out, HasSubstr("  " + test + "\n"));
  }
}

TEST(GtestFrontEnd, PassesAStoreThatKeepsItsPromisesAndSkipsWhatItDoesNotClaim) {
  const TestFolder folder;
  const Ended ended = RunHoldfast({"--gtest_filter=Memory.*"}, folder.path());
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("[       OK ] Memory.TTL_2"));
  EXPECT_THAT(ended.out,
              AllOf(HasSubstr("[  SKIPPED ] Memory.FILE_1"), HasSubstr("not claimed: FILE-1")));
}

TEST(GtestFrontEnd, FailsABrokenPromiseWithItsStory) {
  const TestFolder folder;
  const Ended ended = RunHoldfast({"--gtest_filter=late__Store.TTL_2"}, folder.path());
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("[  FAILED  ] late__Store.TTL_2"), HasSubstr("expected"),
                               HasSubstr("(seed 1, program ")));
}

TEST(GtestFrontEnd, TellsHowABackendCrashed) {
  const TestFolder folder;
  const Ended ended = RunHoldfast({"--gtest_filter=Crashing.OPS_1"}, folder.path());
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("inconclusive"), HasSubstr("exited with status 7")));
}

TEST(GtestFrontEnd, PassesNothingThatWasNotShown) {
  const TestFolder folder;
  setenv("HOLDFAST_BUDGET", "1ms", 1);
  const Ended hasty = RunHoldfast({"--gtest_filter=Memory.OPS_1"}, folder.path());
  setenv("HOLDFAST_BUDGET", "soon", 1);
  const Ended wrong = RunHoldfast({"--gtest_filter=Memory.OPS_1"}, folder.path());
  unsetenv("HOLDFAST_BUDGET");
  EXPECT_EQ(hasty.code, 1) << hasty.out;
  EXPECT_THAT(hasty.out, AllOf(HasSubstr("inconclusive"), HasSubstr("of 20 times")));
  EXPECT_EQ(wrong.code, 1) << wrong.out;
  EXPECT_THAT(wrong.out, HasSubstr("HOLDFAST_BUDGET: \"soon\" is no length of time"));
}

}  // namespace
}  // namespace holdfast::conformance
