// What delays at steps do to races: room for a fault is made where there was next to none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "conformance/backends/reference/reference_backend.h"
#include "conformance/campaign/files.h"
#include "conformance/concurrent/arena.h"
#include "conformance/concurrent/concurrent_level.h"
#include "conformance/concurrent/naive_store.h"
#include "conformance/supervise/tests/supervised.h"

namespace holdfast::conformance {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

// Two processes that register an entry each, held up between what they read and what they write.
Race TwoRegisters(std::int64_t ordinal) {
  Race race;
  race.phases.resize(1);
  race.phases[0].branches.resize(2);
  race.phases[0].branches[0].calls = {{OpKind::kRegister, "a", 1, std::nullopt}};
  race.phases[0].branches[1].calls = {{OpKind::kRegister, "b", 2, std::nullopt}};
  race.delays = {{0, kFirstRequest, ordinal, 1000}, {1, kFirstRequest, ordinal, 1000}};
  return race;
}

class StepDelays : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(WhyNotHere().value_or(""), ""); }

  [[nodiscard]] Arena::Outcome Run(Backend& backend, const Race& race) const {
    return Arena({{}, &backend}, {}, backend.Describe(), scratch_.path()).Run(race);
  }

  ScratchDir scratch_{std::filesystem::temp_directory_path()};
};

TEST_F(StepDelays, MakeALostUpdateCertain) {
  NaiveBackend naive;
  // Its first step opens the file for reading, which is not there; the second one makes a new file.
  const Arena::Outcome outcome = Run(naive, TwoRegisters(1));
  ASSERT_EQ(outcome.judgement.verdict, Verdict::kFail);
  EXPECT_EQ(outcome.judgement.failure->clauses.front(), "OPS-1");
  EXPECT_THAT(outcome.judgement.story,
              Contains("     p1 is held up for 1000 ms before step 1 of request 2"));
}

TEST_F(StepDelays, DoNotHarmAStoreThatLocks) {
  const auto backend = MakeReferenceBackend();
  for (const std::int64_t ordinal : {0, 4, 8, 12}) {
    const Arena::Outcome outcome = Run(*backend, TwoRegisters(ordinal));
    EXPECT_FALSE(outcome.run.fault.has_value());
    EXPECT_EQ(outcome.judgement.verdict, Verdict::kPass) << ordinal;
  }
}

TEST(StepDelaysElsewhere, AreLeftOutAndTheLevelSaysWhy) {
  setenv("HOLDFAST_SUPERVISE", "/nowhere", 1);
  const ScratchDir scratch(std::filesystem::temp_directory_path());
  LevelOptions options;
  options.dir = scratch.path();
  options.budget = std::chrono::seconds(2);
  const auto backend = MakeReferenceBackend();
  const auto reason = [&] {
    return RunConcurrentLevel({{}, backend.get()}, backend->Describe(), options).reason;
  };
  EXPECT_THAT(reason(), HasSubstr("; no step was delayed: holdfast-supervise is not"));
  options.amplify = false;
  EXPECT_THAT(reason(), Not(HasSubstr("no step was delayed")));
}

}  // namespace
}  // namespace holdfast::conformance
