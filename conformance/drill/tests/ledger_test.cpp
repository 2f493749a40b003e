#include "conformance/drill/ledger.h"

#include <gtest/gtest.h>

namespace holdfast::conformance {
namespace {

constexpr SeenMillis kNow = 1'700'000'000'000;

Capabilities Claims() {
  Capabilities claims;
  claims.clock = ClockKind::kVirtual;
  claims.max_entries = true;
  return claims;
}

Operation Register(const std::string& id, const Json& record) {
  return {OpKind::kRegister, id, record, std::nullopt};
}
Operation Lookup(const std::string& id) { return {OpKind::kLookup, id, nullptr, std::nullopt}; }
Operation Consume(const std::string& id) { return {OpKind::kConsume, id, nullptr, std::nullopt}; }

DrillCall Call(Operation operation, Result result) {
  return {std::move(operation), kNow, kNow, std::move(result)};
}
DrillCall Holds(const std::string& id, std::optional<Json> record) {
  return Call(Lookup(id), Answer(Found{std::move(record)}));
}
DrillCall Broken(Operation operation, Effect effect) {
  return Call(std::move(operation), Unexpected(StoreError{ErrorCode::kIo, effect, "", "broken"}));
}

class LedgerTest : public testing::Test {
 protected:
  // Whether it fits that the id holds the record.
  [[nodiscard]] bool MayHold(const std::string& id, const std::optional<Json>& record) const {
    Ledger copy = ledger_;
    return !copy.TakeUndisturbed(Holds(id, record));
  }
  Ledger ledger_{Claims(), 10};
};

TEST_F(LedgerTest, KnowsWhatWasAcknowledgedAndTellsWhatDoesNotFit) {
  ASSERT_FALSE(ledger_.Take(Call(Register("a", 1), Answer(Done{}))));
  EXPECT_TRUE(MayHold("a", 1));
  const auto found = ledger_.TakeUndisturbed(Holds("a", std::nullopt));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->expected, "lookup \"a\" answers 1");
  EXPECT_EQ(found->got, "absent");
}

TEST_F(LedgerTest, TakesAnErrorWithoutEffectForNothingDone) {
  ASSERT_FALSE(ledger_.Take(Broken(Register("a", 1), Effect::kNone)));
  EXPECT_FALSE(MayHold("a", 1));
  EXPECT_TRUE(ledger_.TakeUndisturbed(Broken(Register("a", 1), Effect::kNone)).has_value());
}

TEST_F(LedgerTest, LeavesOpenWhatWasOfUnknownEffectOrCutOff) {
  ASSERT_FALSE(ledger_.Take(Broken(Register("a", 1), Effect::kUnknown)));
  ledger_.TakeCutOff(Register("b", 2), kNow, kNow);
  EXPECT_TRUE(MayHold("a", 1));
  EXPECT_TRUE(MayHold("a", std::nullopt));
  EXPECT_TRUE(MayHold("b", 2));
  EXPECT_TRUE(MayHold("b", std::nullopt));
  ASSERT_FALSE(ledger_.Take(Holds("b", 2)));
  EXPECT_FALSE(MayHold("b", std::nullopt));
}

TEST_F(LedgerTest, LetsACallOfUnknownEffectHappenAtTheEndThoughItWasNotSeen) {
  ASSERT_FALSE(ledger_.Take(Broken(Register("a", 1), Effect::kUnknown)));
  ASSERT_FALSE(ledger_.Take(Holds("a", std::nullopt)));
  ASSERT_FALSE(ledger_.Take(Call(Consume("a"), Answer(Found{}))));
  EXPECT_FALSE(MayHold("a", 1));
  ledger_.TakeEnd();
  EXPECT_TRUE(MayHold("a", 1));
  EXPECT_TRUE(MayHold("a", std::nullopt));
}

TEST_F(LedgerTest, LetsItNotHappenAfterWhatWasAcknowledgedSince) {
  for (const DrillCall& later :
       {Call(Register("a", 2), Answer(Done{})),
        Call({OpKind::kClear, "", nullptr, std::nullopt}, Answer(Done{}))}) {
    Ledger ledger(Claims(), 10);
    ASSERT_FALSE(ledger.Take(Broken(Register("a", 1), Effect::kUnknown)));
    ASSERT_FALSE(ledger.Take(Holds("a", std::nullopt)));
    ASSERT_FALSE(ledger.Take(later));
    ledger.TakeEnd();
    EXPECT_TRUE(ledger.TakeUndisturbed(Holds("a", 1)).has_value());
  }
}

TEST_F(LedgerTest, KeepsOnDiskWhatIsOfUnknownEffectWhateverIsAnsweredOfIt) {
  const DrillCall claim = Call({OpKind::kClaim, "a", 2, std::nullopt}, Answer(Claimed{false}));
  ASSERT_FALSE(ledger_.Take(Call(Register("a", 1), Answer(Done{}))));
  ASSERT_FALSE(ledger_.Take(Broken(Consume("a"), Effect::kUnknown)));
  ledger_.TakeOnDisk(Holds("a", 1));
  ledger_.TakeOnDisk(claim);
  EXPECT_TRUE(MayHold("a", 1));
  EXPECT_TRUE(MayHold("a", std::nullopt));
  EXPECT_FALSE(MayHold("a", 2));
  ledger_.TakeOnDisk(Call(Register("b", 3), Answer(Done{})));
  EXPECT_TRUE(MayHold("a", std::nullopt));
  EXPECT_FALSE(MayHold("b", std::nullopt));
  ledger_.TakeOnDisk(Call(Consume("a"), Answer(Found{1})));
  EXPECT_FALSE(MayHold("a", 1));
}

TEST_F(LedgerTest, TriesBothOrdersOfCallsThatWereUnderWayAtOnce) {
  const DrillCall cut_off = {Register("a", 1), kNow, kNow, std::nullopt};
  Ledger before = ledger_;
  ASSERT_FALSE(before.TakeBeside(Holds("a", std::nullopt), cut_off));
  EXPECT_EQ(before.states().size(), 2U);
  ASSERT_FALSE(ledger_.TakeBeside(Holds("a", 1), cut_off));
  EXPECT_TRUE(MayHold("a", 1));
  EXPECT_FALSE(MayHold("a", std::nullopt));
  EXPECT_TRUE(ledger_.TakeBeside(Holds("a", 7), cut_off).has_value());
}

}  // namespace
}  // namespace holdfast::conformance
