#include "conformance/concurrent/shrink_race.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "conformance/concurrent/draw_race.h"

namespace holdfast::conformance {
namespace {

using Clock = std::chrono::steady_clock;

Race LargeRace() {
  Reach reach;
  reach.claims.persistence = Persistence::kProcess;
  reach.claims.multi_process = true;
  for (std::uint64_t number = 0;; ++number) {
    Race race = DrawRace(9, number, reach);
    if (race.CountOperations() > 20 && race.phases.size() > 1) return race;
  }
}

// As if two consumes in different branches of one phase were the fault.
bool HasTwoConsumers(const Race& race) {
  return std::any_of(race.phases.begin(), race.phases.end(), [](const Phase& phase) {
    const auto consumes = [](const Branch& branch) {
      return std::any_of(branch.calls.begin(), branch.calls.end(),
                         [](const Operation& call) { return call.kind == OpKind::kConsume; });
    };
    return std::count_if(phase.branches.begin(), phase.branches.end(), consumes) > 1;
  });
}

Race WithTwoConsumers() {
  Race race = LargeRace();
  for (const std::size_t branch : {0, 1}) {
    race.phases[0].branches[branch].calls.push_back({OpKind::kConsume, "a", nullptr, std::nullopt});
  }
  return race;
}

FailedRace Failed(const Race& race) {
  FailedRace failed;
  failed.race = race;
  failed.judgement.verdict = Verdict::kFail;
  failed.judgement.failure = Failure{{"OPS-3"}, "double consume", 0, "", ""};
  return failed;
}

TEST(ShrinkRace, CutsDownToTheCallsThatMatter) {
  const TryRace try_race = [](const Race& race) -> std::optional<FailedRace> {
    if (!HasTwoConsumers(race)) return std::nullopt;
    return Failed(race);
  };
  const ShrunkRace shrunk =
      ShrinkRace(Failed(WithTwoConsumers()), try_race, Clock::now() + std::chrono::seconds(60));
  EXPECT_EQ(shrunk.best.race.CountOperations(), 2U);
  EXPECT_TRUE(HasTwoConsumers(shrunk.best.race));
  EXPECT_EQ(shrunk.rate.failed, shrunk.rate.runs);
  EXPECT_GT(shrunk.rate.runs, 0);
}

TEST(ShrinkRace, CutsDownWhatFailsOnceInFive) {
  int tries = 0;
  const TryRace try_race = [&](const Race& race) -> std::optional<FailedRace> {
    if (!HasTwoConsumers(race) || ++tries % 5 != 0) return std::nullopt;
    return Failed(race);
  };
  const ShrunkRace shrunk =
      ShrinkRace(Failed(WithTwoConsumers()), try_race, Clock::now() + std::chrono::seconds(60));
  EXPECT_EQ(shrunk.best.race.CountOperations(), 2U);
  EXPECT_GT(shrunk.rate.failed, 0);
  EXPECT_LT(shrunk.rate.failed, shrunk.rate.runs);
}

TEST(ShrinkRace, KeepsWhatNeverFailsAgain) {
  const Race race = WithTwoConsumers();
  const TryRace try_race = [](const Race&) { return std::optional<FailedRace>(); };
  const ShrunkRace shrunk =
      ShrinkRace(Failed(race), try_race, Clock::now() + std::chrono::seconds(60));
  EXPECT_EQ(shrunk.best.race, race);
  EXPECT_EQ(shrunk.rate.failed, 0);
}

TEST(ShrinkRace, KeepsTheCoreOfWhatNeverFailsAgain) {
  FailedRace found = Failed(WithTwoConsumers());
  for (const std::size_t branch : {0, 1}) {
    const std::size_t last = found.race.phases[0].branches[branch].calls.size() - 1;
    found.judgement.core.push_back(found.run.places.size());
    found.run.places.push_back({0, branch, last});
  }
  const TryRace try_race = [](const Race& race) -> std::optional<FailedRace> {
    if (race.CountOperations() > 2) return std::nullopt;
    return Failed(race);
  };
  const ShrunkRace shrunk =
      ShrinkRace(std::move(found), try_race, Clock::now() + std::chrono::seconds(60));
  EXPECT_LE(shrunk.best.race.CountOperations(), 2U);
  EXPECT_EQ(shrunk.rate.failed, shrunk.rate.runs);
  EXPECT_GT(shrunk.rate.runs, 0);
}

TEST(ShrinkRace, LeavesADelayWithItsCallAndDropsTheOthers) {
  const Operation lookup = {OpKind::kLookup, "a", nullptr, std::nullopt};
  const Operation consume = {OpKind::kConsume, "a", nullptr, std::nullopt};
  Race race;
  race.phases.resize(1);
  race.phases[0].branches = {{{lookup}, 0, {}, {}},
                             {{lookup, lookup, lookup, consume, lookup}, 0, {}, {}}};
  for (std::int64_t request = 2; request < 8; ++request) {
    race.delays.push_back({0, request, 1, 4});
    race.delays.push_back({1, request, 1, 4});
  }
  // As if the fault were in a consume that is held up.
  const TryRace try_race = [&](const Race& tried) -> std::optional<FailedRace> {
    if (tried.phases.empty() || tried.phases[0].branches.size() < 2) return std::nullopt;
    const std::vector<Operation>& calls = tried.phases[0].branches[1].calls;
    const auto place = std::find(calls.begin(), calls.end(), consume);
    const StepDelay needed = {1, 2 + (place - calls.begin()), 1, 4};
    const auto& delays = tried.delays;
    if (place == calls.end() || std::find(delays.begin(), delays.end(), needed) == delays.end()) {
      return std::nullopt;
    }
    return Failed(tried);
  };
  const ShrunkRace shrunk =
      ShrinkRace(Failed(race), try_race, Clock::now() + std::chrono::seconds(60));
  EXPECT_EQ(shrunk.best.race.CountOperations(), 1U);
  EXPECT_EQ(shrunk.best.race.delays, (std::vector<StepDelay>{{1, 2, 1, 4}}));
}

TEST(ShrinkRace, EndsWithTheRunInWhichItIsInterrupted) {
  int runs = 0;
  const TryRace try_race = [&](const Race& race) {
    ++runs;
    return std::optional(Failed(race));
  };
  const ShrunkRace shrunk =
      ShrinkRace(Failed(WithTwoConsumers()), try_race, Clock::now() + std::chrono::seconds(60),
                 [&] { return runs >= 3; });
  EXPECT_EQ(runs, 3);
  EXPECT_TRUE(shrunk.cut_short);
}

TEST(ShrinkRace, AnswersAFailingRaceAtItsDeadline) {
  const TryRace try_race = [](const Race& race) { return std::optional(Failed(race)); };
  const ShrunkRace shrunk = ShrinkRace(Failed(WithTwoConsumers()), try_race, Clock::now());
  EXPECT_GT(shrunk.best.race.CountOperations(), 0U);
  EXPECT_TRUE(shrunk.best.judgement.failure.has_value());
}

}  // namespace
}  // namespace holdfast::conformance
