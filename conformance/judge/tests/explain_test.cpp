// Planted violations, each under its name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "conformance/judge/tests/told.h"
#include "conformance/linear/search.h"
#include "holdfast/spec/clauses.h"

namespace holdfast::conformance {
namespace {

using testing::Contains;
using testing::HasSubstr;

Told Store(std::optional<std::int64_t> max_entries = {}) {
  Told told;
  told.history().capabilities.order = EntryOrder::kCreatedThenId;
  told.history().capabilities.max_entries = max_entries.has_value();
  told.history().max_entries = max_entries.value_or(0);
  return told;
}

// What goes on beside the story, on ids of its own.
void Bustle(Told& told, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    const std::string id = "other" + std::to_string(i % 3);
    const auto read = told.Call(20, Lookup(id));
    told.Did(21, Register(id, 1000 + i), Ok());
    told.Return(read, Found1(1000 + i));
    told.Did(20, Consume(id), Found1(1000 + i));
  }
}

struct Planted {
  const char* name;
  const char* clause;
  std::function<Told()> story;
};

Told DoubleConsume() {
  Told told = Store();
  Bustle(told, 5);
  told.Did(0, Register("a", 1), Ok());
  const auto first = told.Call(1, Consume("a"));
  told.Did(2, Consume("a"), Found1(1));
  Bustle(told, 5);
  told.Return(first, Found1(1));
  Bustle(told, 5);
  return told;
}

Told LostRegister() {
  Told told = Store();
  told.Did(0, Register("a", 1), Ok());
  Bustle(told, 5);
  told.Did(1, Lookup("a"), Absent());
  return told;
}

Told ResurrectedAfterConsume() {
  Told told = Store();
  told.Did(0, Register("a", 1), Ok());
  told.Did(1, Consume("a"), Found1(1));
  Bustle(told, 5);
  told.Did(2, Lookup("a"), Found1(1));
  return told;
}

Told ResurrectedAfterClear() {
  Told told = Store();
  told.Did(0, Register("a", 1), Ok());
  told.Did(1, Clear(), Ok());
  Bustle(told, 5);
  told.Did(2, Lookup("a"), Found1(1));
  return told;
}

Told ResurrectedAfterClearInAListing() {
  Told told = Store();
  told.Did(0, Register("a", 1), Ok());
  told.Did(1, Clear(), Ok());
  told.Did(2, Entries(), List({{"a", 1}}));
  return told;
}

Told StaleLookup() {
  Told told = Store();
  told.Did(0, Register("a", 1), Ok());
  told.Did(1, Register("a", 2), Ok());
  Bustle(told, 5);
  told.Did(2, Lookup("a"), Found1(1));
  return told;
}

Told StaleListing() {
  Told told = Store();
  told.Did(0, Register("a", 1), Ok());
  told.Did(1, Register("a", 2), Ok());
  told.Did(2, Entries(), List({{"a", 1}}));
  return told;
}

// It reads "b" before both writes, and "a" after the second.
Told ListingOfTwoInstants() {
  Told told = Store();
  told.Did(0, Register("b", 1), Ok());
  told.Did(0, Register("a", 2), Ok());
  const auto listing = told.Call(1, Entries());
  told.Did(0, Register("b", 3), Ok());
  told.Did(0, Register("a", 4), Ok());
  told.Return(listing, List({{"a", 4}, {"b", 1}}));
  return told;
}

Told PhantomRecord() {
  Told told = Store();
  told.Did(0, Register("A", 1), Ok());
  Bustle(told, 5);
  told.Did(1, Lookup("a"), Found1(1));
  return told;
}

Told WrongVictim() {
  Told told = Store(2);
  told.Did(0, Register("b", 1), Ok(), 1);
  told.Did(0, Register("a", 2), Ok(), 2);
  told.Did(1, Register("c", 3), Ok(), 3);
  told.Did(2, Lookup("a"), Absent(), 3);
  return told;
}

Told NoVictim() {
  Told told = Store(2);
  told.Did(0, Register("b", 1), Ok(), 1);
  told.Did(0, Register("a", 2), Ok(), 2);
  told.Did(1, Register("c", 3), Ok(), 3);
  told.Did(2, Lookup("b"), Found1(1), 3);
  return told;
}

Told WrongOrder() {
  Told told = Store();
  told.Did(0, Register("b", 1), Ok());
  told.Did(0, Register("a", 2), Ok());
  told.Did(1, Entries(), List({{"b", 1}, {"a", 2}}));
  return told;
}

Told TornSnapshot() {
  Told told = Store();
  const auto listing = told.Call(1, Entries());
  told.Did(0, Register("a", 1), Ok());
  told.Did(0, Register("b", 2), Ok());
  told.Return(listing, List({{"b", 2}}));
  return told;
}

Told ExpiredButVisible() {
  Told told = Store();
  told.Did(0, Register("a", 1, 5), Ok(), 10);
  told.Did(1, Lookup("a"), Found1(1), 15);
  return told;
}

Told LiveButMissing() {
  Told told = Store();
  told.Did(0, Register("a", 1, 5), Ok(), 10);
  told.Did(1, Lookup("a"), Absent(), 14);
  return told;
}

Told LostInACrash() {
  Told told = Store();
  told.Did(0, Register("a", 1), Ok());
  told.Crash(0);
  told.Reaped(0);
  Bustle(told, 3);
  told.Did(1, Lookup("a"), Absent());
  return told;
}

Told HalfApplied() {
  Told told = Store();
  (void)told.Call(0, Register("a", 1));
  told.Crash(0);
  told.Reaped(0);
  Bustle(told, 3);
  told.Did(1, Lookup("a"), Found1(1));
  told.Did(1, Lookup("a"), Absent());
  return told;
}

Told HalfAppliedLater() {
  Told told = Store();
  (void)told.Call(0, Register("a", 1));
  told.Crash(0);
  told.Reaped(0);
  told.Did(1, Lookup("a"), Absent());
  told.Did(1, Lookup("a"), Found1(1));
  return told;
}

Told DoubleClaim() {
  Told told = Store();
  const auto first = told.Call(0, Claim("a", 1));
  told.Did(1, Claim("a", 2), holdfast::Answer(Claimed{true}));
  told.Return(first, holdfast::Answer(Claimed{true}));
  return told;
}

Told LostClaim() {
  Told told = Store();
  told.Did(1, Claim("a", 2), holdfast::Answer(Claimed{false}));
  return told;
}

Told DoubleDelete() {
  Told told = Store();
  told.Did(0, Register("a", 1), Ok());
  const auto first = told.Call(1, Delete("a"));
  told.Did(2, Delete("a"), holdfast::Answer(Existed{true}));
  told.Return(first, holdfast::Answer(Existed{true}));
  return told;
}

Told FullWithRoom() {
  Told told = Store(2);
  told.history().capabilities.overflow = Overflow::kRejectNew;
  told.Did(0, Register("a", 1), Ok());
  told.Did(0, Register("b", 1), Refused(ErrorCode::kFull, Effect::kNone));
  return told;
}

const Planted kPlanted[] = {
    {"double consume", "OPS-3", DoubleConsume},
    {"lost register", "OPS-1", LostRegister},
    {"resurrected after consume", "OPS-3", ResurrectedAfterConsume},
    {"resurrected after clear", "OPS-5", ResurrectedAfterClear},
    {"resurrected after clear", "OPS-5", ResurrectedAfterClearInAListing},
    {"stale lookup", "OPS-2", StaleLookup},
    {"stale listing", "OPS-4", StaleListing},
    {"stale listing", "OPS-4", ListingOfTwoInstants},
    {"phantom record", "OPS-1", PhantomRecord},
    {"wrong eviction victim", "CAP-1", WrongVictim},
    {"wrong eviction victim", "CAP-1", NoVictim},
    {"wrong order", "OPS-4", WrongOrder},
    {"torn snapshot", "OPS-4", TornSnapshot},
    {"expired but visible", "TTL-5", ExpiredButVisible},
    {"live but missing", "TTL-2", LiveButMissing},
    {"acknowledged but lost in a crash", "DUR-2", LostInACrash},
    {"half applied", "DUR-2", HalfApplied},
    {"half applied", "DUR-2", HalfAppliedLater},
    {"double claim", "OPS-6", DoubleClaim},
    {"claim lost to nobody", "OPS-6", LostClaim},
    {"double delete", "OPS-7", DoubleDelete},
    {"refused for want of room where there is room", "CAP-3", FullWithRoom},
};

TEST(Explanation, NamesEachPlantedViolation) {
  for (const Planted& planted : kPlanted) {
    SCOPED_TRACE(planted.name);
    const HistoryJudgement judgement = planted.story().Judge();
    ASSERT_EQ(judgement.answer, linear::Answer::kViolation);
    ASSERT_TRUE(judgement.explanation);
    const Explanation& why = *judgement.explanation;
    EXPECT_EQ(why.name, planted.name);
    ASSERT_FALSE(why.clauses.empty());
    EXPECT_EQ(why.clauses.front(), planted.clause);
    for (const std::string& clause : why.clauses) EXPECT_NE(FindClause(clause), nullptr) << clause;
    EXPECT_LE(why.core.size(), 4U);
    EXPECT_FALSE(why.words.empty());
    EXPECT_FALSE(why.expected.empty());
    EXPECT_NE(why.expected, why.got);
    EXPECT_FALSE(why.lanes.empty());
    for (const std::string& lane : why.lanes) EXPECT_LE(lane.size(), 100U) << lane;
  }
}

TEST(Explanation, SaysWhyNoProducerExplainsTheAnswer) {
  const auto why = DoubleConsume().Judge().explanation;
  ASSERT_TRUE(why);
  EXPECT_THAT(why->words.front(), HasSubstr("which no order of the calls explains"));
  EXPECT_THAT(why->words, Contains(HasSubstr("was consumed by process")));
  EXPECT_EQ(why->expected, "absent");
  EXPECT_EQ(why->got, "1");
}

TEST(Explanation, SaysOfEachRemoverWhyItIsExcluded) {
  Told told = Store();
  told.Did(3, Consume("a"), Absent());
  told.Did(0, Register("a", 1), Ok());
  told.Did(1, Lookup("a"), Absent());
  told.Did(3, Clear(), Ok());
  const auto why = told.Judge().explanation;
  ASSERT_TRUE(why);
  EXPECT_THAT(why->words, Contains(HasSubstr("The consume of process 3 (call 0) had returned")));
  EXPECT_THAT(why->words, Contains(HasSubstr("The clear of process 3 (call 3) began only after")));
  EXPECT_EQ(why->expected, "1");
}

TEST(Explanation, DrawsTheCoreAlone) {
  const auto why = DoubleConsume().Judge().explanation;
  ASSERT_TRUE(why);
  EXPECT_EQ(why->lanes.size(), 3U) << "of three processes among many";
  EXPECT_THAT(why->lanes[2], HasSubstr("|-consume \"a\" -> 1-|"));
}

}  // namespace
}  // namespace holdfast::conformance
