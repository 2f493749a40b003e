#include "conformance/judge/judge.h"

#include <gtest/gtest.h>

#include "conformance/judge/tests/told.h"

namespace holdfast::conformance {
namespace {

using linear::Answer;

TEST(Judge, PassesTwoConsumersOfWhichOneGetsTheRecord) {
  Told told;
  told.Did(0, Register("a", 1), Ok());
  const auto first = told.Call(1, Consume("a"));
  told.Did(2, Consume("a"), Found1(1));
  told.Return(first, Absent());
  EXPECT_EQ(told.Verdict(), Answer::kLinearizable);
}

TEST(Judge, FailsTwoConsumersThatBothGetTheRecord) {
  Told told;
  told.Did(0, Register("a", 1), Ok());
  const auto first = told.Call(1, Consume("a"));
  told.Did(2, Consume("a"), Found1(1));
  told.Return(first, Found1(1));
  const HistoryJudgement judgement = told.Judge();
  EXPECT_EQ(judgement.answer, Answer::kViolation);
  EXPECT_EQ(judgement.finding.furthest_point, 5U) << "the event that no order gets past";
}

TEST(Judge, LetsAKilledCallHappenUntilItsProcessWasReapedAndNoLater) {
  for (const bool reaped_first : {false, true}) {
    Told told;
    (void)told.Call(0, Register("a", 1));
    told.Crash(0);
    if (reaped_first) told.Reaped(0);
    told.Did(1, Lookup("a"), Absent());
    if (!reaped_first) told.Reaped(0);
    told.Did(1, Lookup("a"), Found1(1));
    EXPECT_EQ(told.Verdict(), reaped_first ? Answer::kViolation : Answer::kLinearizable);
  }
}

TEST(Judge, LetsACallOfUnknownEffectHappenOrNot) {
  for (const bool seen : {false, true}) {
    Told told;
    told.Did(0, Register("a", 1), Refused(ErrorCode::kIo, Effect::kUnknown));
    told.Did(1, Lookup("a"), Absent());
    told.Did(1, Lookup("a"), seen ? Found1(1) : Absent());
    EXPECT_EQ(told.Verdict(), Answer::kLinearizable);
  }
}

TEST(Judge, HoldsARefusalThatChangedNothingToItsWord) {
  for (const ErrorCode code : {ErrorCode::kBusy, ErrorCode::kIo}) {
    Told told;
    told.Did(0, Register("a", 1), Refused(code, Effect::kNone));
    told.Did(1, Lookup("a"), Absent());
    EXPECT_EQ(told.Verdict(), Answer::kLinearizable);
    EXPECT_EQ(told.Judge().failures.size(), code == ErrorCode::kBusy ? 0U : 1U);
    told.Did(1, Lookup("a"), Found1(1));
    EXPECT_EQ(told.Verdict(), Answer::kViolation);
  }
}

TEST(Judge, FailsARefusalThatTheModelDoesNotKnow) {
  Told told;
  told.Did(0, Lookup("a"), Refused(ErrorCode::kClosed, Effect::kNone));
  EXPECT_EQ(told.Verdict(), Answer::kViolation);
}

TEST(Judge, KnowsWhichEntryAFullStoreLetsGo) {
  for (const bool right_victim : {true, false}) {
    Told told;
    told.history().capabilities.max_entries = true;
    told.history().max_entries = 2;
    told.Did(0, Register("b", 1), Ok());
    told.Did(0, Register("a", 2), Ok());
    told.Did(1, Register("c", 3), Ok());
    told.Did(2, Lookup(right_victim ? "b" : "a"), Found1(right_victim ? 1 : 2));
    EXPECT_EQ(told.Verdict(), right_victim ? Answer::kLinearizable : Answer::kViolation);
  }
}

TEST(Judge, LetsAnEntryExpireAtItsTime) {
  Told told;
  told.Did(0, Register("a", 1, 5), Ok(), 10);
  told.Did(1, Lookup("a"), Found1(1), 14);
  told.Did(1, Lookup("a"), Absent(), 15);
  EXPECT_EQ(told.Verdict(), Answer::kLinearizable);
  told.Did(1, Lookup("a"), Found1(1), 15);
  EXPECT_EQ(told.Verdict(), Answer::kViolation);
}

// With a machine's clock a call may have read any time while it ran.
TEST(Judge, LetsAnEntryExpireWithinTheTimeItsCallsTook) {
  Told told;
  told.Did(0, Register("a", 1, 5), Ok(), 10);
  told.history().calls[0].returned_ms = 12;  // expires between 15 and 17
  told.Did(1, Lookup("a"), Found1(1), 16);
  told.history().calls[1].returned_ms = 18;
  EXPECT_EQ(told.Verdict(), Answer::kLinearizable);
  told.Did(1, Lookup("a"), Found1(1), 17);
  EXPECT_EQ(told.Verdict(), Answer::kViolation);
}

TEST(Judge, LetsNoCallReadATimeEarlierThanTheOneBeforeIt) {
  Told told;
  const auto early = told.Call(0, Register("a", 1, 5), 10);
  told.history().calls[early].returned_ms = 30;
  told.Did(1, Register("a", 2), Ok(), 20);
  told.history().calls[1].returned_ms = 21;
  told.Return(early, Ok());
  told.Did(1, Lookup("a"), Absent(), 24);
  EXPECT_EQ(told.Verdict(), Answer::kViolation) << "either 2 is there, or 1 until 25 at least";
}

// A reader needs no exclusion, and a writer holds it for as long as a disk takes.
TEST(Judge, LetsAWriterComeAfterAReaderThatReadALaterTime) {
  Told told;
  const auto slow = told.Call(0, Register("a", 1, 5), 10);
  told.history().calls[slow].returned_ms = 30;
  const struct {
    Result result;
    UnixMillis from;
  } seen[] = {{Absent(), 12}, {Found1(1), 13}, {Absent(), 15}};  // so it expired by 16
  for (const auto& [result, from] : seen) {
    told.Did(1, Lookup("a"), result, from);
    told.history().calls.back().returned_ms = from + 1;
  }
  told.Return(slow, Ok());
  EXPECT_EQ(told.Verdict(), Answer::kLinearizable);
}

TEST(Judge, SaysUnknownWhenItsBudgetIsSpent) {
  Told told;
  std::vector<std::size_t> open;
  for (int process = 0; process < 10; ++process) {
    open.push_back(told.Call(process, Register("a", process)));
  }
  told.Did(10, Lookup("a"), Found1("no such record"));
  for (const std::size_t call : open) told.Return(call, Ok());
  linear::Budget budget;
  budget.steps = 3;
  const HistoryJudgement judgement = JudgeHistory(told.history(), budget);
  EXPECT_EQ(judgement.answer, Answer::kUnknown);
  EXPECT_EQ(judgement.finding.spent, "steps");
}

TEST(Judge, SaysUnknownWhenItsMemoryIsSpent) {
  Told told;
  std::vector<std::size_t> open;
  for (int process = 0; process < 24; ++process) {
    open.push_back(told.Call(process, Register("a", process)));
  }
  told.Did(24, Lookup("a"), Found1("no such record"));
  for (const std::size_t call : open) told.Return(call, Ok());
  linear::Budget budget;
  budget.memory_bytes = std::size_t{4} << 20U;
  const HistoryJudgement judgement = FindVerdict(told.history(), budget);
  EXPECT_EQ(judgement.answer, Answer::kUnknown);
  EXPECT_EQ(judgement.finding.spent, "memory");
}

}  // namespace
}  // namespace holdfast::conformance
