#include "conformance/report/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "conformance/report/exit_code.h"
#include "conformance/report/terminal.h"
#include "conformance/report/tests/samples.h"
#include "holdfast/spec/clauses.h"

namespace holdfast::conformance {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Expectation Known(const std::string& clause) {
  return {Level::kSequential, clause, std::nullopt, "known"};
}

TEST(Certificate, NamesEveryClauseOnceInTheOrderOfTheSpec) {
  const Certificate certificate = MakeCertificate(PassingResults());
  std::vector<std::string> ids;
  std::vector<std::string> rows;
  for (const Clause& clause : AllClauses()) ids.push_back(clause.id);
  for (const ClauseRow& row : certificate.clauses) {
    if (rows.empty() || rows.back() != row.id) rows.push_back(row.id);  // one for each level
  }
  EXPECT_EQ(rows, ids);
}

TEST(Certificate, NamesEveryLevelAndSaysWhyOneWasNotRun) {
  const Certificate certificate = MakeCertificate(PassingResults());
  ASSERT_THAT(certificate.levels, SizeIs(kAllLevels.size()));
  EXPECT_EQ(certificate.levels[0].verdict, Verdict::kPass);
  EXPECT_EQ(certificate.levels[0].programs, 2520U);
  for (std::size_t at = 1; at < certificate.levels.size(); ++at) {
    EXPECT_EQ(certificate.levels[at].level, kAllLevels[at]);
    EXPECT_EQ(certificate.levels[at].verdict, Verdict::kNotRun);
    EXPECT_EQ(certificate.levels[at].reason,
              IsPartOfThisVersion(kAllLevels[at]) ? "not asked for" : "not part of this version");
  }
}

TEST(Certificate, PassesAClauseWhoseSituationsWereAllMet) {
  const Certificate certificate = MakeCertificate(PassingResults());
  EXPECT_EQ(certificate.verdict, RunVerdict::kPass);
  EXPECT_EQ(RowOf(certificate, "TTL-2").verdict, ClauseVerdict::kPass);
  EXPECT_EQ(RowOf(certificate, "TTL-2").reason, "");
  EXPECT_EQ(RowOf(certificate, "TTL-2").level, Level::kSequential);
}

TEST(Certificate, SaysOfAPassWhatItDoesNotCover) {
  const ClauseRow row = RowOf(MakeCertificate(PassingResults()), "DUR-2");
  EXPECT_EQ(row.verdict, ClauseVerdict::kPass);
  EXPECT_THAT(row.reason, HasSubstr("in part"));
}

TEST(Certificate, NeverPassesWhatIsNotClaimed) {
  RunResults results = PassingResults();
  EXPECT_EQ(RowOf(MakeCertificate(results), "CAP-3").verdict, ClauseVerdict::kNotClaimed);
  EXPECT_THAT(RowOf(MakeCertificate(results), "CAP-3").reason, HasSubstr("the cap is reached"));
  results.description.capabilities = {};
  const Certificate humble = MakeCertificate(results);
  for (const char* clause : {"TTL-2", "CAP-1", "OPS-6", "FILE-1", "QUA-1", "DUR-2"}) {
    EXPECT_EQ(RowOf(humble, clause).verdict, ClauseVerdict::kNotClaimed) << clause;
  }
  EXPECT_EQ(humble.verdict, RunVerdict::kPass) << "claiming little is no failure";
}

TEST(Certificate, PassesNoClauseWithoutALevelThatJudgesIt) {
  const Certificate certificate = MakeCertificate(PassingResults());
  for (const ClauseRow& row : certificate.clauses) {
    if (row.verdict == ClauseVerdict::kPass) {
      EXPECT_EQ(row.level, Level::kSequential) << row.id;
    }
    if (row.verdict != ClauseVerdict::kPass) {
      EXPECT_NE(row.reason, "") << row.id;
    }
  }
  EXPECT_EQ(RowOf(certificate, "CON-1").verdict, ClauseVerdict::kNotRun);
  EXPECT_EQ(RowOf(certificate, "CON-1").level, Level::kConcurrent);
  EXPECT_EQ(RowOf(certificate, "PRO-1").level, std::nullopt);
  EXPECT_THAT(RowOf(certificate, "PRO-1").reason, HasSubstr("lint-driver"));
}

TEST(Certificate, LeavesAClauseOpenWhereAFloorWasNotReached) {
  RunResults results = PassingResults();
  results.reports[0].verdict = Verdict::kInconclusive;
  results.reports[0].coverage = CoverageBut("overwrite", 3);
  const Certificate certificate = MakeCertificate(results);
  EXPECT_EQ(RowOf(certificate, "OPS-1").verdict, ClauseVerdict::kInconclusive);
  EXPECT_EQ(RowOf(certificate, "OPS-1").reason,
            "met 3 of 20 times: a register replaces a live entry");
  EXPECT_EQ(RowOf(certificate, "OPS-2").verdict, ClauseVerdict::kPass);
  EXPECT_EQ(certificate.verdict, RunVerdict::kInconclusive);
}

TEST(Certificate, LaysAFailureToItsFirstClauseAndDoubtsTheOthers) {
  const Certificate certificate = MakeCertificate(FailingResults());
  EXPECT_EQ(certificate.verdict, RunVerdict::kFail);
  EXPECT_EQ(RowOf(certificate, "TTL-2").verdict, ClauseVerdict::kFail);
  EXPECT_EQ(RowOf(certificate, "OPS-2").verdict, ClauseVerdict::kInconclusive);
  EXPECT_THAT(RowOf(certificate, "OPS-2").reason, HasSubstr("laid to TTL-2"));
  EXPECT_EQ(RowOf(certificate, "OPS-1").verdict, ClauseVerdict::kPass);
  ASSERT_THAT(certificate.failures, SizeIs(1));
  EXPECT_THAT(certificate.failures[0].story.front(), HasSubstr("an expired entry is visible"));
}

TEST(Certificate, ShowsAFailureOfAClauseThatNoSituationIsAbout) {
  RunResults results = FailingResults();
  results.reports[0].failures[0].failure.clauses = {"CLK-3"};
  const Certificate certificate = MakeCertificate(results);
  EXPECT_EQ(RowOf(certificate, "CLK-3").verdict, ClauseVerdict::kFail);
  EXPECT_EQ(RowOf(certificate, "CLK-3").level, Level::kSequential);
}

TEST(Certificate, PassesNothingBehindADriverAtFault) {
  RunResults results = PassingResults();
  results.reports[0].verdict = Verdict::kDriverError;
  results.reports[0].fault = DriverFault{DriverFault::Kind::kExited, "it ended", "", ""};
  const Certificate certificate = MakeCertificate(results);
  EXPECT_EQ(certificate.verdict, RunVerdict::kDriverError);
  EXPECT_EQ(RowOf(certificate, "OPS-1").verdict, ClauseVerdict::kInconclusive);
  EXPECT_EQ(certificate.levels[0].programs, 2520U) << "what was counted is kept";
}

TEST(Certificate, FailsThoughTheDriverWasAtFaultBesides) {
  RunResults results = FailingResults();
  results.reports[0].fault = DriverFault{DriverFault::Kind::kTimeout, "it was silent", "", ""};
  const Certificate same_level = MakeCertificate(results);
  EXPECT_EQ(same_level.verdict, RunVerdict::kFail);
  EXPECT_EQ(same_level.levels[0].verdict, Verdict::kFail);
  EXPECT_TRUE(same_level.levels[0].fault) << "it is told all the same";
  EXPECT_THAT(TerminalReport(same_level, {}),
              AllOf(HasSubstr("FAIL  TTL-2"), HasSubstr("it was silent"),
                    HasSubstr("verdict: fail (it does not conform; beside that, the driver was")));

  results = FailingResults();
  LevelReport other;
  other.level = Level::kCrash;
  other.verdict = Verdict::kDriverError;
  other.fault = DriverFault{DriverFault::Kind::kExited, "it ended", "", ""};
  results.reports.push_back(other);
  EXPECT_EQ(MakeCertificate(results).verdict, RunVerdict::kFail);
}

TEST(Certificate, ExcusesNoDriverByAFailureThatIsExpected) {
  RunResults results = FailingResults();
  results.expectations = {Known("TTL-2")};
  results.reports[0].fault = DriverFault{DriverFault::Kind::kExited, "it ended", "", ""};
  const Certificate certificate = MakeCertificate(results);
  EXPECT_EQ(certificate.verdict, RunVerdict::kDriverError);
  EXPECT_EQ(certificate.levels[0].verdict, Verdict::kDriverError);
}

TEST(Certificate, IsIncompleteWhereALevelThatWasAskedForWasNotRun) {
  RunResults results = PassingResults();
  results.asked_for = {Level::kSequential};
  EXPECT_EQ(MakeCertificate(results).verdict, RunVerdict::kPass);
  results.asked_for = {Level::kSequential, Level::kFiles};
  EXPECT_EQ(MakeCertificate(results).verdict, RunVerdict::kIncomplete);
  results.reports.clear();
  results.asked_for = {Level::kFiles};
  const Certificate certificate = MakeCertificate(results);
  EXPECT_EQ(certificate.verdict, RunVerdict::kIncomplete);
  EXPECT_EQ(RowOf(certificate, "OPS-1").verdict, ClauseVerdict::kNotRun);
  EXPECT_EQ(RowOf(certificate, "OPS-1").reason, "not asked for");
}

TEST(Certificate, ForgivesAFailureThatIsExpected) {
  RunResults results = FailingResults();
  results.expectations = {Known("TTL-2")};
  const Certificate certificate = MakeCertificate(results);
  EXPECT_EQ(certificate.verdict, RunVerdict::kExpectedFail);
  EXPECT_EQ(LevelVerdictName(certificate.levels[0]), "expected-fail");
  EXPECT_EQ(RowOf(certificate, "TTL-2").verdict, ClauseVerdict::kFail);
  EXPECT_EQ(RowOf(certificate, "TTL-2").reason, "expected: known");
  EXPECT_EQ(certificate.failures[0].expected, "known");
}

TEST(Certificate, ForgivesNothingBesides) {
  RunResults results = FailingResults();
  results.expectations = {Known("TTL-2")};
  results.reports[0].failures.push_back(SampleFailure());
  results.reports[0].failures[1].failure.clauses = {"OPS-3"};
  EXPECT_EQ(MakeCertificate(results).verdict, RunVerdict::kFail);
  results.expectations[0].title = "another title";
  results.reports[0].failures.pop_back();
  EXPECT_EQ(MakeCertificate(results).verdict, RunVerdict::kFail);
}

TEST(Certificate, IsInconclusiveWhereAnExpectedFailureHidTheRest) {
  RunResults results = FailingResults();
  results.expectations = {Known("TTL-2")};
  results.reports[0].coverage = CoverageBut("overwrite", 0);
  const Certificate certificate = MakeCertificate(results);
  EXPECT_EQ(certificate.verdict, RunVerdict::kInconclusive);
  EXPECT_THAT(certificate.levels[0].reason, HasSubstr("failed as expected"));
}

TEST(Certificate, IsStaleWhereAnExpectedFailurePassed) {
  RunResults results = PassingResults();
  results.expectations = {Known("TTL-2")};
  const Certificate certificate = MakeCertificate(results);
  EXPECT_EQ(certificate.verdict, RunVerdict::kStaleExpectation);
  EXPECT_THAT(certificate.stale, ElementsAre(Known("TTL-2")));
  EXPECT_EQ(RowOf(certificate, "TTL-2").verdict, ClauseVerdict::kPass);
}

TEST(Certificate, CallsNoExpectationStaleThatTakesLuck) {
  RunResults results = PassingResults();
  results.expectations = {Known("TTL-2")};
  results.expectations[0].is_seldom = true;
  EXPECT_EQ(MakeCertificate(results).verdict, RunVerdict::kPass);
}

TEST(Certificate, CallsNoExpectationStaleThatCouldNotShow) {
  RunResults results = PassingResults();
  results.expectations = {Known("TTL-2"), {Level::kCrash, "DUR-2", std::nullopt, "known"}};
  results.reports[0].verdict = Verdict::kInconclusive;
  EXPECT_THAT(MakeCertificate(results).stale, IsEmpty());
  results.reports.clear();
  EXPECT_THAT(MakeCertificate(results).stale, IsEmpty());
}

TEST(Certificate, FailsForAKeptFailureThatTheLevelDidNotFind) {
  RunResults results = PassingResults();
  results.kept = {{Level::kSequential, SampleFailure(), "kept.replay.json"}};
  const Certificate certificate = MakeCertificate(results);
  EXPECT_EQ(certificate.verdict, RunVerdict::kFail);
  ASSERT_THAT(certificate.failures, SizeIs(1));
  EXPECT_TRUE(certificate.failures[0].kept);
  EXPECT_EQ(certificate.failures[0].replay, "kept.replay.json");
  EXPECT_EQ(certificate.levels[0].programs, 2520U) << "it counts for no level";
}

TEST(Certificate, TellsAKeptFailureThatWasFoundAgainOnce) {
  RunResults results = FailingResults();
  results.kept = {{Level::kSequential, SampleFailure(), "kept.replay.json"}};
  const Certificate certificate = MakeCertificate(results);
  ASSERT_THAT(certificate.failures, SizeIs(1));
  EXPECT_FALSE(certificate.failures[0].kept);
}

TEST(ExitCode, TakesTheWorstOfSeveral) {
  using V = RunVerdict;
  const struct {
    std::vector<V> verdicts;
    ExitCode code;
  } cases[] = {
      {{}, ExitCode::kConforms},
      {{V::kPass, V::kExpectedFail}, ExitCode::kConforms},
      {{V::kPass, V::kInconclusive}, ExitCode::kIncomplete},
      {{V::kIncomplete, V::kExpectedFail}, ExitCode::kIncomplete},
      {{V::kIncomplete, V::kStaleExpectation}, ExitCode::kDoesNotConform},
      {{V::kFail, V::kInconclusive, V::kPass}, ExitCode::kDoesNotConform},
      {{V::kFail, V::kDriverError, V::kIncomplete}, ExitCode::kDoesNotConform},
      {{V::kDriverError, V::kStaleExpectation}, ExitCode::kDriverFault},
      {{V::kIncomplete, V::kDriverError, V::kExpectedFail}, ExitCode::kDriverFault},
  };
  for (const auto& [verdicts, code] : cases) {
    EXPECT_EQ(ExitCodeFor(WorstOf(verdicts)), code);
  }
}

}  // namespace
}  // namespace holdfast::conformance
