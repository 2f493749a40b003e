#include "conformance/fault/judge_fault.h"

#include <gtest/gtest.h>

namespace holdfast::conformance {
namespace {

constexpr SeenMillis kStart = 1'700'000'000'000;

Capabilities VirtualClaims() {
  Capabilities claims;
  claims.clock = ClockKind::kVirtual;
  claims.persistence = Persistence::kProcess;
  return claims;
}

// A process that was struck during its only call, a register.
class FaultJudged : public testing::Test {
 protected:
  std::optional<Failure> JudgeAnswer(Result result,
                                     trace::StepKind kind = trace::StepKind::kWrite) {
    seen_.calls.push_back(
        {{OpKind::kRegister, "a", Json(1), std::nullopt}, kStart, kStart, std::move(result)});
    return Judge(kind);
  }
  std::optional<Failure> Judge(trace::StepKind kind) {
    step_.kind = kind;
    return JudgeFault({seen_, step_, false, kAnswersBeforeCalls}, ledger_);
  }
  // The entries that a listing then shows, where that is legal.
  bool MayList(std::vector<Entry> entries) {
    Ledger ledger = ledger_;
    return !ledger.TakeUndisturbed(
        {Operation{}, kStart + 1, kStart + 1, Result(Answer(Listed{std::move(entries)}))});
  }
  static Result Error(ErrorCode code, Effect effect) {
    StoreError error;
    error.code = code;
    error.effect = effect;
    return Unexpected(error);
  }
  static std::vector<Entry> Written() {
    return {{"a", Json(1), static_cast<UnixMillis>(kStart), std::nullopt}};
  }

  SeenProcess seen_;
  trace::Step step_;
  Ledger ledger_{VirtualClaims(), 1000};
};

TEST_F(FaultJudged, AnErrorLeavesTheOldState) {
  EXPECT_FALSE(JudgeAnswer(Error(ErrorCode::kIo, Effect::kNone)));
  EXPECT_TRUE(MayList({}));
  EXPECT_FALSE(MayList(Written()));
}

TEST_F(FaultJudged, AnErrorOfUnknownEffectLeavesEither) {
  EXPECT_FALSE(JudgeAnswer(Error(ErrorCode::kDurability, Effect::kUnknown)));
  EXPECT_TRUE(MayList({}));
  EXPECT_TRUE(MayList(Written()));
}

TEST_F(FaultJudged, AnAcknowledgementLeavesTheNewState) {
  EXPECT_FALSE(JudgeAnswer(Answer(Done{})));
  EXPECT_FALSE(MayList({}));
  EXPECT_TRUE(MayList(Written()));
}

TEST_F(FaultJudged, AnErrorThatBlamesTheCallerIsWrong) {
  const auto failure = JudgeAnswer(Error(ErrorCode::kInvalidArgument, Effect::kNone));
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->clauses.front(), "ERR-1");
}

TEST_F(FaultJudged, BusyCannotHaveAnUnknownEffect) {
  const auto failure = JudgeAnswer(Error(ErrorCode::kBusy, Effect::kUnknown));
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->clauses.front(), "ERR-2");
}

TEST_F(FaultJudged, AQuarantineBecauseOfAFailedReadIsWrong) {
  seen_.events.push_back({"/x/store.vunknown.corrupt-1.json", {}, {}});
  const auto failure = Judge(trace::StepKind::kRead);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->clauses, (std::vector<std::string>{"DUR-6", "QUA-6"}));
}

TEST_F(FaultJudged, ACallAfterTheFaultMustWork) {
  EXPECT_FALSE(JudgeAnswer(Error(ErrorCode::kIo, Effect::kNone)));
  Ledger fresh(VirtualClaims(), 1000);
  ledger_ = fresh;
  const auto failure = JudgeAnswer(Error(ErrorCode::kIo, Effect::kNone));
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->clauses.front(), "DUR-7");
}

TEST_F(FaultJudged, AProcessMustGetOverIt) {
  seen_.ended = DriverFault{};
  const auto failure = Judge(trace::StepKind::kWrite);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->clauses.front(), "DUR-6");
}

TEST_F(FaultJudged, AnOpeningThatIsRefusedOnceIsNotRefusedAgain) {
  seen_.not_opened = Error(ErrorCode::kIo, Effect::kNone).error();
  seen_.opened_again = false;
  step_.kind = trace::StepKind::kOpen;
  const auto failure = JudgeFault({seen_, step_, false, 1}, ledger_);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->clauses.front(), "DUR-7");
  EXPECT_FALSE(JudgeFault({seen_, step_, true, 1}, ledger_)) << "the fault has not gone";
}

}  // namespace
}  // namespace holdfast::conformance
