#include "conformance/linear/search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "conformance/linear/tests/oracle.h"

namespace holdfast::linear {
namespace {

// Two registers: writes, reads, compare-and-set, a write of two outcomes, and two classes that span
// both: a reset, and a read of the sum.
struct Registers {
  using State = std::array<int, 2>;
  enum class Kind { kWrite, kRead, kCas, kReset, kSum, kFlip };
  struct Class {
    Kind kind;
    int key;
    int a;
    int b;
    bool operator==(const Class&) const = default;
  };

  static std::size_t Hash(const State& state) {
    return static_cast<std::size_t>(state[0] * 31 + state[1]);
  }
  static std::size_t Hash(const Class& cls) {
    const int kind = static_cast<int>(cls.kind);
    return static_cast<std::size_t>(((kind * 31 + cls.key) * 31 + cls.a) * 31 + cls.b);
  }
  static State Initial() { return {0, 0}; }
  static std::vector<State> Step(const State& state, const Class& cls) {
    State next = state;
    const auto key = static_cast<std::size_t>(cls.key);
    switch (cls.kind) {
      case Kind::kWrite:
        next[key] = cls.a;
        return {next};
      case Kind::kRead:
        return state[key] == cls.a ? std::vector<State>{state} : std::vector<State>{};
      case Kind::kCas:
        if (state[key] != cls.a) return {};
        next[key] = cls.b;
        return {next};
      case Kind::kReset:
        return {Initial()};
      case Kind::kSum:
        return state[0] + state[1] == cls.a ? std::vector<State>{state} : std::vector<State>{};
      case Kind::kFlip:
        next[key] = cls.a;
        return {state, next};
    }
    return {};
  }
  static bool IsPure(const Class& cls) { return cls.kind == Kind::kRead || cls.kind == Kind::kSum; }
  static int Component(const Class& cls) {
    return cls.kind == Kind::kReset || cls.kind == Kind::kSum ? Model::kGlobal : cls.key;
  }
};

using RegistersModel = Interned<Registers>;
using Dice = std::mt19937_64;

int Roll(Dice& dice, int sides) {
  return static_cast<int>(dice() % static_cast<std::uint64_t>(sides));
}

Registers::Class RandomClass(Dice& dice, bool with_global) {
  using Kind = Registers::Kind;
  const auto kind = static_cast<Kind>(Roll(dice, 6));
  const bool is_global = kind == Kind::kReset || kind == Kind::kSum;
  if (is_global && !with_global) return {Kind::kRead, Roll(dice, 2), Roll(dice, 3), 0};
  if (is_global) return {kind, 0, kind == Kind::kSum ? Roll(dice, 4) : 0, 0};
  return {kind, Roll(dice, 2), Roll(dice, 3), kind == Kind::kCas ? Roll(dice, 3) : 0};
}

// Up to `most` calls, overlapping at random; one in four is optional, half of those with a
// deadline.
Timeline RandomTimeline(Dice& dice, RegistersModel& model, int most) {
  Timeline timeline;
  const auto count = static_cast<std::size_t>(1 + Roll(dice, most));
  const bool with_global = Roll(dice, 2) == 0;
  std::vector<std::uint32_t> open;
  while (timeline.calls.size() < count || !open.empty()) {
    if (timeline.calls.size() < count && (open.empty() || Roll(dice, 2) == 0)) {
      const auto call = static_cast<std::uint32_t>(timeline.calls.size());
      const ClassId cls = model.Intern(RandomClass(dice, with_global));
      timeline.calls.push_back({cls, 0, Roll(dice, 4) == 0, call});
      timeline.points.push_back({Point::Kind::kCall, call});
      open.push_back(call);
      continue;
    }
    const auto at = static_cast<std::size_t>(Roll(dice, static_cast<int>(open.size())));
    const std::uint32_t call = open[at];
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
    const bool optional = timeline.calls[call].optional;
    if (optional && Roll(dice, 2) == 0) continue;  // never known to have ended
    timeline.points.push_back({optional ? Point::Kind::kDeadline : Point::Kind::kReturn, call});
  }
  return timeline;
}

TEST(Search, AgreesWithTheOracleOnRandomHistories) {
  constexpr int kHistories = 30'000;
  Dice dice(1);
  int violations = 0;
  for (int i = 0; i < kHistories; ++i) {
    RegistersModel model{Registers{}};
    const Timeline timeline = RandomTimeline(dice, model, 6);
    const Finding finding = Search(timeline, model);
    const bool expected = IsLinearizableByOracle(timeline, model);
    ASSERT_EQ(finding.answer, expected ? Answer::kLinearizable : Answer::kViolation)
        << "history " << i;
    if (expected) {
      ASSERT_TRUE(IsWitness(timeline, model, finding.witness)) << "history " << i;
    } else {
      ++violations;
    }
  }
  EXPECT_GT(violations, kHistories / 10);
  EXPECT_LT(violations, kHistories * 9 / 10);
}

// Takes one constraint away: a call may have happened, may have happened at any time, or began
// earlier.
void Relax(Timeline& timeline, std::size_t at) {
  const Point point = timeline.points[at];
  switch (point.kind) {
    case Point::Kind::kReturn:
      timeline.points[at].kind = Point::Kind::kDeadline;
      timeline.calls[point.call].optional = true;
      return;
    case Point::Kind::kDeadline:
      timeline.points.erase(timeline.points.begin() + static_cast<std::ptrdiff_t>(at));
      return;
    case Point::Kind::kCall:
      if (at > 0) std::swap(timeline.points[at - 1], timeline.points[at]);
      return;
  }
}

TEST(Search, AcceptsWhatItAcceptedAfterARelaxation) {
  Dice dice(2);
  int relaxed = 0;
  for (int i = 0; i < 20'000; ++i) {
    RegistersModel model{Registers{}};
    Timeline timeline = RandomTimeline(dice, model, 7);
    if (Search(timeline, model).answer != Answer::kLinearizable) continue;
    ++relaxed;
    Relax(timeline, static_cast<std::size_t>(Roll(dice, static_cast<int>(timeline.points.size()))));
    ASSERT_EQ(Search(timeline, model).answer, Answer::kLinearizable) << "history " << i;
  }
  EXPECT_GT(relaxed, 2000);
}

TEST(Search, SaysUnknownWhenItsStepsAreSpent) {
  RegistersModel model{Registers{}};
  Timeline timeline;
  for (std::uint32_t call = 0; call < 12; ++call) {
    const ClassId cls = model.Intern({Registers::Kind::kFlip, 0, static_cast<int>(call), 0});
    timeline.calls.push_back({cls, 0, false, call});
    timeline.points.push_back({Point::Kind::kCall, call});
  }
  for (std::uint32_t call = 0; call < 12; ++call) {
    timeline.points.push_back({Point::Kind::kReturn, call});
  }
  Budget budget;
  budget.steps = 1;
  const Finding finding = Search(timeline, model, budget);
  EXPECT_EQ(finding.answer, Answer::kUnknown);
  EXPECT_EQ(finding.spent, "steps");
}

TEST(Search, SaysUnknownWhenTooManyCallsAreOpen) {
  RegistersModel model{Registers{}};
  Timeline timeline;
  for (std::uint32_t call = 0; call <= kMaxOpenCalls; ++call) {
    timeline.calls.push_back({model.Intern({Registers::Kind::kWrite, 0, 1, 0}), 0, false, call});
    timeline.points.push_back({Point::Kind::kCall, call});
  }
  EXPECT_EQ(Search(timeline, model).answer, Answer::kUnknown);
}

TEST(Search, AcceptsTheEmptyHistory) {
  RegistersModel model{Registers{}};
  EXPECT_EQ(Search({}, model).answer, Answer::kLinearizable);
}

}  // namespace
}  // namespace holdfast::linear
