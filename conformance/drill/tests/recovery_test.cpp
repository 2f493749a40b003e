#include "conformance/drill/recovery.h"

#include <gtest/gtest.h>

namespace holdfast::conformance {
namespace {

constexpr SeenMillis kNow = 1'700'000'000'000;

class RecoveryTest : public testing::Test {
 protected:
  // The store holds entry a for certain.
  RecoveryTest() {
    Capabilities claims;
    claims.clock = ClockKind::kVirtual;
    Ledger ledger(claims, 10);
    EXPECT_FALSE(ledger.Take(
        {{OpKind::kRegister, "a", 1, std::nullopt}, kNow, kNow, Result(Answer(Done{}))}));
    owed_ = {ledger, ledger, "a kill"};
    for (const Operation& operation : RecoveryErrand("/nowhere", 10).calls) {
      good_.calls.push_back({operation, kNow, kNow, Result(Answer(Done{}))});
    }
    const Entry held = {"a", 1, kNow, std::nullopt};
    good_.calls[0].result = Answer(Listed{{held}});
    good_.calls[2].result = Answer(
        Listed{{held, {good_.calls[1].operation.id, good_.calls[1].operation.record, kNow, {}}}});
  }

  // The clauses and the title of what is wrong; "" where nothing is.
  [[nodiscard]] std::string Judge(const SeenProcess& seen) const {
    Owed owed = *owed_;
    const auto failure = JudgeRecovery(seen, owed);
    if (!failure) return "";
    std::string text;
    for (const std::string& clause : failure->clauses) text += clause + " ";
    return text + failure->title;
  }

  std::optional<Owed> owed_;
  SeenProcess good_;
};

StoreError Error(ErrorCode code) { return {code, Effect::kNone, "", "trouble"}; }

TEST_F(RecoveryTest, PassesAStoreThatHoldsWhatItAcknowledgedAndWorks) {
  EXPECT_EQ(Judge(good_), "");
}

TEST_F(RecoveryTest, TellsALossFromAnInvention) {
  SeenProcess seen = good_;
  seen.calls[0].result = Answer(Listed{});
  EXPECT_EQ(Judge(seen), "DUR-2 an acknowledged entry is lost by a kill");
  seen.calls[0].result =
      Answer(Listed{{{"a", 1, kNow, std::nullopt}, {"b", 2, kNow, std::nullopt}}});
  EXPECT_EQ(Judge(seen), "DUR-2 a store holds after a kill what nobody left there");
}

TEST_F(RecoveryTest, WantsAStoreThatWorks) {
  const std::string does_not = "DUR-3 a store that does not work after a kill";
  SeenProcess seen = good_;
  seen.not_opened = Error(ErrorCode::kIo);
  EXPECT_EQ(Judge(seen), does_not);
  seen = good_;
  seen.calls[1].result = Unexpected(Error(ErrorCode::kIo));
  EXPECT_EQ(Judge(seen), does_not);
  seen = good_;
  seen.calls[2].result = seen.calls[0].result;
  EXPECT_EQ(Judge(seen), does_not);
  seen = good_;
  seen.not_closed = Error(ErrorCode::kIo);
  EXPECT_EQ(Judge(seen), does_not);
  seen = good_;
  seen.calls[1].result.reset();
  seen.ended = DriverFault{DriverFault::Kind::kTimeout, "it did not answer", "", ""};
  EXPECT_EQ(Judge(seen), "DUR-3 a process does not get on after a kill");
}

TEST_F(RecoveryTest, LaysABusyStoreToItsDeadHolder) {
  SeenProcess seen = good_;
  seen.calls[1].result = Unexpected(Error(ErrorCode::kBusy));
  EXPECT_EQ(Judge(seen), "CON-4 DUR-3 a dead holder keeps the store busy");
}

TEST_F(RecoveryTest, WantsNoWarning) {
  SeenProcess seen = good_;
  seen.events.push_back({});
  EXPECT_EQ(Judge(seen), "DUR-3 DUR-2 a store's file is taken for corrupt after a kill");
}

}  // namespace
}  // namespace holdfast::conformance
