// Every check of level `sequential`, proved by a history that breaks it and by the same history
// with the clause kept.
#include "conformance/check/sequential.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "conformance/check/tests/tale.h"
#include "holdfast/spec/clauses.h"

namespace holdfast::conformance {
namespace {

std::vector<ClauseTale> AllTales() {
  std::vector<ClauseTale> all;
  for (auto* tales :
       {TalesOfOperations, TalesOfInput, TalesOfTimeAndBounds, TalesOfProcesses, TalesOfFiles}) {
    for (ClauseTale& tale : tales()) all.push_back(std::move(tale));
  }
  return all;
}

Judgement JudgementOf(const Tale& tale, Capabilities claims = EveryClaim()) {
  return JudgeSequential(tale.history(), claims);
}

std::string Told(const Judgement& judgement) {
  if (!judgement.failure) return std::string(VerdictName(judgement.verdict));
  const Failure& failure = *judgement.failure;
  std::string text = failure.clauses.front() + ": " + failure.title;
  return text + " at " + std::to_string(failure.step) + "; expected " + failure.expected +
         "; got " + failure.got;
}

TEST(SequentialJudge, PassesEveryTaleInWhichTheClauseIsKept) {
  for (const ClauseTale& row : AllTales()) {
    Capabilities claims = EveryClaim();
    row.claims(claims);
    const Judgement judgement = JudgementOf(row.tell(true), claims);
    EXPECT_EQ(judgement.verdict, Verdict::kPass)
        << row.clause << " " << row.title << ": " << Told(judgement);
  }
}

TEST(SequentialJudge, LaysEveryBrokenTaleToItsClause) {
  for (const ClauseTale& row : AllTales()) {
    SCOPED_TRACE(row.clause + ": " + row.title);
    Capabilities claims = EveryClaim();
    row.claims(claims);
    const Judgement judgement = JudgementOf(row.tell(false), claims);
    EXPECT_EQ(judgement.verdict, Verdict::kFail);
    if (!judgement.failure) continue;
    EXPECT_EQ(judgement.failure->clauses.front(), row.clause) << Told(judgement);
    EXPECT_EQ(judgement.failure->title, row.title) << Told(judgement);
    EXPECT_NE(judgement.failure->expected, "") << Told(judgement);
    EXPECT_NE(judgement.failure->got, "") << Told(judgement);
    for (const std::string& clause : judgement.failure->clauses) {
      EXPECT_NE(FindClause(clause), nullptr) << clause;
    }
  }
}

TEST(SequentialJudge, CanLayAFailureToEveryClauseThatASituationIsAbout) {
  std::set<std::string> proved;
  for (const ClauseTale& row : AllTales()) proved.insert(row.clause);
  for (const Situation& situation : SequentialSituations()) {
    for (const std::string_view clause : situation.clauses) {
      EXPECT_TRUE(proved.contains(std::string(clause))) << clause << " has no broken history";
    }
  }
}

TEST(SequentialJudge, HasATaleForEveryTitleOfTheQuarantineJudge) {
  std::ifstream file(HOLDFAST_SOURCE_DIR "/conformance/check/quarantine.cpp");
  std::stringstream text;
  text << file.rdbuf();
  const std::string source = text.str();
  std::set<std::string> told;
  for (const ClauseTale& row : TalesOfFiles()) told.insert(row.title);
  std::size_t titles = 0;
  for (std::size_t at = source.find("Fail(\""); at != std::string::npos;
       at = source.find("Fail(\"", at + 1)) {
    const std::size_t begin = source.find('"', source.find(',', at)) + 1;
    const std::string title = source.substr(begin, source.find('"', begin) - begin);
    EXPECT_TRUE(told.contains(title)) << title;
    ++titles;
  }
  EXPECT_GE(titles, 12U);
}

TEST(SequentialJudge, TellsTheStepOfTheFirstFailureAndLooksNoFurther) {
  Tale tale;
  tale.Do(Register("a", 1), Ok()).Do(Lookup("a"), Absent()).Do(Lookup("a"), Got(2));
  const Judgement judgement = JudgementOf(tale);
  ASSERT_TRUE(judgement.failure);
  EXPECT_EQ(judgement.failure->step, 3U);  // open, call, return, call
  EXPECT_EQ(judgement.failure->got, "absent");
  EXPECT_EQ(judgement.failure->expected, "1");
}

TEST(SequentialJudge, EndsAtACallThatWasNeverAnswered) {
  Tale tale;
  tale.Do(Register("a", 1), Ok()).Issue(Lookup("a"));
  EXPECT_EQ(JudgementOf(tale).verdict, Verdict::kPass);
  tale.Do(Lookup("a"), Got("what a driver that had died cannot say"));
  EXPECT_EQ(JudgementOf(tale).verdict, Verdict::kPass);
}

TEST(SequentialJudge, FindsWhatFailedBeforeTheDriverDid) {
  Tale tale;
  tale.Do(Register("a", 1), Ok()).Do(Lookup("a"), Absent()).Issue(Lookup("a"));
  EXPECT_EQ(JudgementOf(tale).verdict, Verdict::kFail);
}

TEST(SequentialJudge, TakesCallsThatAreNotWaitedForInTheOrderIssued) {
  Tale tale;
  tale.Issue(Register("a", 1)).Issue(Consume("a")).Issue(Claim("a", 2)).Issue(Lookup("a"));
  tale.Answered(3, Got(2)).Answered(2, Won()).Answered(0, Ok()).Answered(1, Got(1));
  const Judgement judgement = JudgementOf(tale);
  EXPECT_EQ(judgement.verdict, Verdict::kPass) << Told(judgement);
  EXPECT_EQ(judgement.coverage.Hits("pipelined"), 4U);
}

TEST(SequentialJudge, LetsAStoreWithoutPersistenceForgetAtACloseOrNot) {
  Capabilities claims = EveryClaim();
  claims.persistence = Persistence::kNone;
  for (const Result& answer : {Got(1), Absent()}) {
    Tale tale;
    tale.Do(Register("a", 1), Ok()).Restart().Do(Lookup("a"), answer).Do(Lookup("a"), answer);
    EXPECT_EQ(JudgementOf(tale, claims).verdict, Verdict::kPass);
    const Result other = answer == Got(1) ? Absent() : Got(1);
    tale.Do(Lookup("a"), other);  // it cannot change its mind
    EXPECT_EQ(JudgementOf(tale, claims).verdict, Verdict::kFail);
  }
}

TEST(SequentialJudge, ExpectsNothingOfAStoreWithoutPersistenceInANewProcess) {
  Capabilities claims = EveryClaim();
  claims.persistence = Persistence::kNone;
  Tale tale;
  tale.Do(Register("a", 1), Ok()).Respawn(true).Do(Lookup("a"), Absent());
  EXPECT_EQ(JudgementOf(tale, claims).verdict, Verdict::kPass);
  tale.Do(Lookup("a"), Got(1));
  EXPECT_EQ(JudgementOf(tale, claims).verdict, Verdict::kFail);
}

TEST(SequentialJudge, LetsAnOperationOnOneNamespaceTellTheOthersTheTime) {
  for (const Result& answer : {Got(1), Absent()}) {
    Tale tale;
    tale.Open(1, "other").Do(Register("a", 1, 5), Ok()).Pass(9).Do(Lookup("b"), Absent(), 1);
    tale.Pass(-9).Do(Lookup("a"), answer).Do(Lookup("a"), answer);
    EXPECT_EQ(JudgementOf(tale).verdict, Verdict::kPass) << Told(JudgementOf(tale));
  }
}

// A store may learn of a bad file as it opens; the suite may write over that file meanwhile.
TEST(SequentialJudge, ForgivesTheQuarantineOfAFileThatTheSuiteWroteOver) {
  const std::string first = "store.vunknown.corrupt-1.json";
  const std::string second = "store.vunknown.corrupt-2.json";
  for (const bool warned_late : {false, true}) {
    Tale tale;
    tale.File("[]").Restart();
    if (!warned_late) tale.Warned(first);
    tale.File("null");
    if (warned_late) tale.Warned(first);
    tale.Warned(second).Do(Lookup("a"), Absent());
    tale.Folder({{first, "[]"}, {second, "null"}}).Do(Lookup("a"), Absent());
    const Judgement judgement = JudgementOf(tale);
    EXPECT_EQ(judgement.verdict, Verdict::kPass) << Told(judgement);
  }
  Tale good;
  good.File("[]").Restart().Warned(first).File(SerializeEnvelope({}));
  good.Do(Lookup("a"), Absent()).Folder({{"store.json", SerializeEnvelope({})}, {first, "[]"}});
  EXPECT_EQ(JudgementOf(good).verdict, Verdict::kPass) << Told(JudgementOf(good));
}

// The two files have the same bytes, and only the warning tells which of them is the second.
TEST(SequentialJudge, TellsQuarantinesOfTheSameBytesApartByTheirWarnings) {
  const std::string first = "store.vunknown.corrupt-1000.json";
  const std::string second = "store.vunknown.corrupt-1001.json";
  Tale tale = Tale()
                  .File("")
                  .Warned(first)
                  .Do(Register("a", 1, -1), Error(ErrorCode::kInvalidArgument, "ttl_ms"))
                  .File("")
                  .Warned(second)
                  .Do(Lookup("a"), Absent())
                  .Folder({{first, ""}, {second, ""}})
                  .Do(Lookup("a"), Absent());
  const Judgement judgement = JudgementOf(tale);
  EXPECT_EQ(judgement.verdict, Verdict::kPass) << Told(judgement);
}

TEST(SequentialJudge, LetsAWarningComeUntilTheNextReplyAndEndWithItsProcess) {
  const std::string moved = "store.vunknown.corrupt-1.json";
  Tale late;
  late.File("[]").Do(Lookup("a"), Absent()).Folder({{moved, "[]"}}).Warned(moved);
  EXPECT_EQ(JudgementOf(late.Do(Lookup("a"), Absent())).verdict, Verdict::kPass);
  Tale killed;
  killed.File("[]").Do(Lookup("a"), Absent()).Folder({{moved, "[]"}}).Respawn(true);
  EXPECT_EQ(JudgementOf(killed.Do(Lookup("a"), Absent())).verdict, Verdict::kPass);
  Tale never;
  never.File("[]").Do(Lookup("a"), Absent()).Folder({{moved, "[]"}}).Close();
  EXPECT_EQ(JudgementOf(never).verdict, Verdict::kFail);
}

TEST(SequentialJudge, JudgesAWallClockByTheTimesBeforeAndAfter) {
  Capabilities claims = EveryClaim();
  claims.clock = ClockKind::kWall;
  const auto history = [](std::int64_t asked, std::int64_t answered, const Result& result) {
    const ReturnEvent ret{1, 1, result, answered};
    return History{{0, OpenEvent{1, 0, "demo", 1000, {}, {}, false}},
                   {1, CallEvent{0, 1, 0, Register("a", 1, 50), 1000}},
                   {1, ReturnEvent{0, 1, Ok(), 1003}},
                   {2, CallEvent{1, 1, 0, Lookup("a"), asked}},
                   {2, ret}};
  };
  const auto verdict = [&](std::int64_t asked, std::int64_t answered, const Result& result) {
    return JudgeSequential(history(asked, answered, result), claims).verdict;
  };
  // It expires at 1050 to 1053, one more or less for the rounding.
  EXPECT_EQ(verdict(1040, 1047, Got(1)), Verdict::kPass);
  EXPECT_EQ(verdict(1040, 1047, Absent()), Verdict::kFail);
  EXPECT_EQ(verdict(1040, 1060, Got(1)), Verdict::kPass);
  EXPECT_EQ(verdict(1040, 1060, Absent()), Verdict::kPass);
  EXPECT_EQ(verdict(1055, 1060, Got(1)), Verdict::kFail);
  EXPECT_EQ(verdict(1055, 1060, Absent()), Verdict::kPass);
}

// Whether the driver hangs or the store cannot be told there.
TEST(SequentialJudge, LaysNoSilenceToTheStoreThatNoKillExplains) {
  const struct {
    const char* what;
    Tale tale;
  } cases[] = {
      {"a restart that was asked for", Tale().RespawnUnanswered(false)},
      {"a namespace that was never open", Tale().Respawn(true).OpenUnanswered("other")},
      {"a file that was damaged", Tale().File("{").RespawnUnanswered(true)},
  };
  for (const auto& [what, tale] : cases) {
    const Judgement judgement = JudgementOf(tale);
    EXPECT_EQ(judgement.verdict, Verdict::kPass) << what << ": " << Told(judgement);
    EXPECT_FALSE(judgement.is_silence) << what;
  }
}

}  // namespace
}  // namespace holdfast::conformance
