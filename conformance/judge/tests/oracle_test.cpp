// The search against trying everything, on many small histories of each model.
#include <gtest/gtest.h>

#include "conformance/judge/keyed_store_case.h"
#include "conformance/judge/object_case.h"
#include "conformance/judge/tests/generated_history.h"
#include "conformance/linear/tests/oracle.h"

namespace holdfast::conformance {
namespace {

constexpr int kHistories = 100'000;

// Seven calls at most; some with kills, unknown outcomes and processes never reaped.
Bustle SmallBustle(Dice& dice) {
  Bustle bustle;
  bustle.operations = 1 + Roll(dice, 7);
  bustle.processes = 1 + Roll(dice, 4);
  bustle.crash_percent = Roll(dice, 3) * 15;
  bustle.unknown_percent = Roll(dice, 3) == 0 ? 15 : 0;
  bustle.always_reaped = Roll(dice, 2) == 0;
  bustle.phase_operations = Roll(dice, 3);
  return bustle;
}

struct Tally {
  int passed = 0;
  int failed = 0;
};

void Compare(SearchCase& searched, Tally& tally) {
  const linear::Timeline& timeline = searched.timeline();
  const linear::Finding finding = linear::Search(searched.Sharpened(timeline), searched.model());
  const bool expected = linear::IsLinearizableByOracle(timeline, searched.model());
  ASSERT_EQ(finding.answer, expected ? linear::Answer::kLinearizable : linear::Answer::kViolation);
  ASSERT_EQ(linear::SearchTogether(timeline, searched.model()).answer, finding.answer);
  ++(expected ? tally.passed : tally.failed);
  if (expected) {
    ASSERT_TRUE(searched.Replays(finding.witness));
  }
}

// Takes one constraint away from a timeline: a pure call is dropped, one that must have happened
// may have, an interval begins earlier or ends later.
void Relax(linear::Timeline& timeline, linear::Model& model, Dice& dice) {
  using Kind = linear::Point::Kind;
  auto& points = timeline.points;
  const auto at = static_cast<std::size_t>(Roll(dice, static_cast<int>(points.size())));
  const linear::Point point = points[at];
  if (point.kind == Kind::kReturn && model.IsPure(timeline.calls[point.call].cls)) {
    timeline.calls[point.call].optional = true;
    points.erase(points.begin() + static_cast<std::ptrdiff_t>(at));
  } else if (point.kind == Kind::kReturn && Roll(dice, 2) == 0) {
    timeline.calls[point.call].optional = true;
    points[at].kind = Kind::kDeadline;
  } else if (point.kind == Kind::kCall && at > 0) {
    std::swap(points[at - 1], points[at]);
  } else if (point.kind != Kind::kCall && at + 1 < points.size()) {
    std::swap(points[at], points[at + 1]);
  }
}

void ExpectPassAfterRelaxation(SearchCase& searched, Dice& dice) {
  linear::Timeline timeline = searched.timeline();
  if (timeline.points.empty()) return;
  if (linear::Search(timeline, searched.model()).answer != linear::Answer::kLinearizable) return;
  for (int i = 0; i < 3; ++i) Relax(timeline, searched.model(), dice);
  ASSERT_EQ(linear::Search(timeline, searched.model()).answer, linear::Answer::kLinearizable);
}

void ExpectBothKinds(const Tally& tally) {
  EXPECT_GT(tally.passed, kHistories / 10);
  EXPECT_GT(tally.failed, kHistories / 10);
}

StoreShape SmallStore(Dice& dice) {
  StoreShape shape;
  shape.bustle = SmallBustle(dice);
  shape.ids = 1 + Roll(dice, 4);
  if (Roll(dice, 2) == 0) shape.max_entries = 1 + Roll(dice, 3);
  if (Roll(dice, 4) == 0) shape.overflow = Overflow::kRejectNew;
  shape.ttl_percent = Roll(dice, 2) * 40;
  shape.global_reads = Roll(dice, 3) != 0;
  shape.jittery = Roll(dice, 4) == 0;
  return shape;
}

TEST(KeyedStoreSearch, AgreesWithTheOracle) {
  Dice dice(1);
  Tally tally;
  for (int i = 0; i < kHistories; ++i) {
    SCOPED_TRACE(i);
    ConcurrentHistory history = GenerateStoreHistory(SmallStore(dice), dice());
    if (Roll(dice, 3) != 0) Damage(history, dice);
    KeyedStoreCase searched(history);
    Compare(searched, tally);
    if (HasFatalFailure()) FAIL() << HistoryToJsonLines(history);
  }
  ExpectBothKinds(tally);
}

TEST(KeyedStoreSearch, PassesWhatItPassedAfterARelaxation) {
  Dice dice(2);
  for (int i = 0; i < 10'000; ++i) {
    SCOPED_TRACE(i);
    StoreShape shape = SmallStore(dice);
    shape.bustle.operations += 10;
    // A call that ran longer may see a clock that stepped back: that is another model.
    shape.bustle.phase_operations = 0;
    shape.jittery = false;
    const ConcurrentHistory history = GenerateStoreHistory(shape, dice());
    KeyedStoreCase searched(history);
    ExpectPassAfterRelaxation(searched, dice);
    if (HasFatalFailure()) FAIL() << HistoryToJsonLines(history);
  }
}

template <typename DialectOf>
using CaseOf = ObjectCase<decltype(std::declval<DialectOf>().plain())>;

template <typename DialectOf, typename Generate>
void CompareObjects(const Generate& generate) {
  Dice dice(3);
  Tally tally;
  for (int i = 0; i < kHistories; ++i) {
    SCOPED_TRACE(i);
    ObjectShape shape;
    shape.bustle = SmallBustle(dice);
    shape.values = 2 + Roll(dice, 2);
    shape.keys = 1 + Roll(dice, 2);
    shape.ambiguous = Roll(dice, 3) == 0;
    shape.damaged = Roll(dice, 3) != 0;
    const std::string text = generate(shape, dice());
    DialectOf dialect;
    HistoryReader reader(dialect);
    const auto read = ReadLines(text, reader);
    ASSERT_TRUE(read) << read.error().message << "\n" << text;
    CaseOf<DialectOf> searched(dialect, reader);
    Compare(searched, tally);
    if (i % 10 == 0) ExpectPassAfterRelaxation(searched, dice);
    if (testing::Test::HasFatalFailure()) FAIL() << text;
  }
  ExpectBothKinds(tally);
}

TEST(RegisterSearch, AgreesWithTheOracle) {
  CompareObjects<RegisterDialect>(GenerateRegisterLines);
}

TEST(KvSearch, AgreesWithTheOracle) { CompareObjects<KvDialect>(GenerateKvLines); }

TEST(GeneratedHistories, AreGoodUnlessDamaged) {
  Dice dice(4);
  for (int i = 0; i < 500; ++i) {
    SCOPED_TRACE(i);
    StoreShape shape = SmallStore(dice);
    shape.bustle.operations = 60;
    shape.bustle.phase_operations = 20;
    if (shape.jittery) shape.bustle.operations = 20;
    const ConcurrentHistory history = GenerateStoreHistory(shape, dice());
    KeyedStoreCase searched(history);
    linear::Budget budget;
    budget.steps = 1'000'000;
    ASSERT_EQ(linear::Search(searched.timeline(), searched.model(), budget).answer,
              linear::Answer::kLinearizable)
        << HistoryToJsonLines(history);
  }
}

}  // namespace
}  // namespace holdfast::conformance
