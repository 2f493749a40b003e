// The level passes what is right, however it is made, and catches each fault by the clause it
// breaks.
#include "conformance/crash/crash_level.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "conformance/backends/reference/reference_backend.h"
#include "conformance/drill/tests/drill_levels.h"
#include "holdfast/spec/clauses.h"

namespace holdfast::conformance {
namespace {

using testing::HasSubstr;

// A drill has up to nine operations. More than these, and the story is no small one.
constexpr std::size_t kFewOperations = 5;

class CrashLevels : public DrillLevels {
 protected:
  CrashLevels() : DrillLevels(CrashLevel()) {}
};

using CrashLevelOnce = CrashLevels;

TEST_F(CrashLevelOnce, PassesTheReferenceStore) {
  const auto backend = MakeReferenceBackend();
  const LevelReport report = Run(*backend);
  EXPECT_EQ(report.verdict, Verdict::kPass) << StoriesOf(report);
  EXPECT_GE(report.programs, 10U);
}

TEST_F(CrashLevelOnce, DoesNotJudgeADrillWhoseStepIsNeverReached) {
  const auto backend = MakeReferenceBackend();
  Drill drill;
  drill.calls = {{OpKind::kRegister, "a", 1, std::nullopt}};
  drill.plan = {{{trace::Place{0, 2, 9000}, trace::Kill{}}}};
  const ProgramReport report = Replay(*backend, drill);
  EXPECT_EQ(report.verdict, Verdict::kInconclusive);
  EXPECT_THAT(report.reason, HasSubstr("does not come to the step"));
  drill.survivor_plan = std::exchange(drill.plan, {});
  EXPECT_EQ(Replay(*backend, drill).verdict, Verdict::kInconclusive);
}

// A fault and threads or lots: what is found may take another way the next time.
TEST_F(CrashLevelOnce, KeepsNoWayOfAStoreThatTakesAnotherEachTime) {
  TinyMake make;
  make.name = "restless-in-place";
  make.saving = TinyMake::Saving::kInPlace;
  make.is_restless = true;
  const auto backend = MakeTiny(make);
  const LevelReport report = Run(*backend);
  ASSERT_EQ(report.verdict, Verdict::kFail) << StoriesOf(report);
  const Drill drill = DrillFromJson(report.failures.front().program).value();
  EXPECT_FALSE(drill.approach.has_value());
  EXPECT_THAT(StoriesOf(report), HasSubstr("its steps differ from run to run"));
  EXPECT_THAT(Replay(*backend, drill).reason, testing::Not(HasSubstr("another way")));
}

// As a store behind a server that runs already.
class StoreElsewhere : public Backend {
 public:
  explicit StoreElsewhere(std::string dir) : dir_(std::move(dir)) {}
  BackendDescription Describe() const override { return tiny_->Describe(); }
  Expected<std::unique_ptr<OpenStore>, StoreError> Open(const OpenOptions& options,
                                                        QuarantineListener listener) override {
    OpenOptions elsewhere = options;
    elsewhere.dir = dir_;
    return tiny_->Open(elsewhere, std::move(listener));
  }

 private:
  std::string dir_;
  std::unique_ptr<Backend> tiny_ = MakeTiny(GoodTinyStores().front());
};

TEST_F(CrashLevelOnce, IsNotRunWhereTheStoreIsNotInItsDirectory) {
  const ScratchDir elsewhere(scratch_.path());
  StoreElsewhere backend(elsewhere.path());
  const LevelReport report = Run(backend);
  EXPECT_EQ(report.verdict, Verdict::kNotRun) << StoriesOf(report);
  EXPECT_THAT(report.reason, HasSubstr("not in its directory"));
  EXPECT_EQ(report.programs, 0U);
}

class GoodStores : public CrashLevels {};

TEST_P(GoodStores, Pass) {
  const auto backend = MakeTiny(GetParam());
  const LevelReport report = Run(*backend);
  EXPECT_EQ(report.verdict, Verdict::kPass) << StoriesOf(report);
}

class FaultyStores : public CrashLevels {};

TEST_P(FaultyStores, AreCaughtByTheClauseTheyBreakInFewCalls) {
  ASSERT_NO_FATAL_FAILURE(RunUntilCaught(kFewOperations));
  const auto backend = MakeTiny(GetParam());
  // Of two processes it takes luck which one has the store first: a few tries.
  ProgramReport again;
  for (int run = 0; run < 10 && !again.failure; ++run) again = Replay(*backend, caught_drill_);
  ASSERT_TRUE(again.failure.has_value()) << again.reason;
  EXPECT_EQ(again.failure->title, caught_.title);
  if (caught_drill_.plan.actions.empty()) return;
  // A mended store takes another way.
  ASSERT_TRUE(caught_drill_.approach.has_value());
  const ProgramReport mended = Replay(*MakeReferenceBackend(), caught_drill_);
  EXPECT_EQ(mended.verdict, Verdict::kInconclusive);
  EXPECT_THAT(mended.reason, HasSubstr("another way than when this was kept"));
}

TEST_P(FaultyStores, NameAClauseOfTheSpec) { EXPECT_NE(FindClause(GetParam().clause), nullptr); }

INSTANTIATE_TEST_SUITE_P(All, GoodStores, testing::ValuesIn(GoodTinyStores()), NameOfStore);
INSTANTIATE_TEST_SUITE_P(All, FaultyStores, testing::ValuesIn(FaultyTinyStores()), NameOfStore);

}  // namespace
}  // namespace holdfast::conformance
