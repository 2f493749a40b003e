#include "conformance/concurrent/race.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "conformance/concurrent/delay_steps.h"
#include "conformance/concurrent/draw_race.h"
#include "conformance/concurrent/judge_race.h"
#include "conformance/concurrent/scenarios.h"

namespace holdfast::conformance {
namespace {

using testing::HasSubstr;

Reach Everything() {
  Reach reach;
  reach.linked = true;
  Capabilities& claims = reach.claims;
  claims.clock = ClockKind::kBoth;
  claims.ttl = claims.max_entries = claims.created_at = claims.multi_process = true;
  claims.claim = claims.delete_op = true;
  claims.order = EntryOrder::kCreatedThenId;
  claims.persistence = Persistence::kPower;
  claims.instances = claims.pipelining = 4;
  claims.lock_file = "{namespace}.lock";
  return reach;
}

std::vector<Operation> CallsOf(const Race& race) {
  std::vector<Operation> calls = race.prefix;
  for (const Phase& phase : race.phases) {
    for (const Branch& branch : phase.branches) {
      calls.insert(calls.end(), branch.calls.begin(), branch.calls.end());
    }
  }
  return calls;
}

TEST(Race, ComesBackAsItWasWritten) {
  for (std::uint64_t number = 0; number < 300; ++number) {
    const Race race = DrawRace(5, number, Everything());
    const auto read = RaceFromJson(RaceToJson(race));
    ASSERT_TRUE(read.has_value()) << read.error();
    EXPECT_EQ(*read, race) << RaceToJson(race).dump(2);
  }
}

TEST(Race, IsTheSameForTheSameSeedAndNumber) {
  EXPECT_EQ(DrawRace(1, 7, Everything()), DrawRace(1, 7, Everything()));
  EXPECT_FALSE(DrawRace(1, 7, Everything()) == DrawRace(2, 7, Everything()));
}

TEST(Race, CanBeAimedAtEverySituation) {
  const auto has = [](const Race& race, const auto& test) {
    return std::any_of(race.phases.begin(), race.phases.end(), test);
  };
  for (const Situation& situation : ConcurrentSituations()) {
    const std::string_view name = situation.name;
    for (std::uint64_t number = 0; number < 20; ++number) {
      const Race race = DrawRace(1, number, Everything(), name);
      EXPECT_EQ(race, DrawRace(1, number, Everything(), name)) << name;
      if (name.starts_with("scenario-")) {
        EXPECT_EQ("scenario-" + race.scenario, name);
      }
      if (name == "waited-while-held" || name == "busy-while-held" || name == "outwaited") {
        EXPECT_TRUE(has(race, [](const Phase& phase) { return phase.hold_ms.has_value(); }));
      }
      if (name == "others-after-kill" || name == "killed-never") {
        EXPECT_TRUE(has(race, [](const Phase& phase) {
          return std::any_of(phase.branches.begin(), phase.branches.end(),
                             [](const Branch& branch) { return branch.kill.has_value(); });
        })) << name;
      }
    }
  }
}

TEST(Race, GivesEveryRecordOnce) {
  for (std::uint64_t number = 0; number < 300; ++number) {
    const Race race = DrawRace(3, number, Everything());
    if (!race.scenario.empty()) continue;  // a consumer's records are what they are
    std::vector<Json> records;
    for (const Operation& call : CallsOf(race)) {
      if (!TakesRecord(call.kind)) continue;
      EXPECT_EQ(std::count(records.begin(), records.end(), call.record), 0);
      records.push_back(call.record);
    }
  }
}

TEST(Race, TakesEveryRoadAndDisturbanceThatIsClaimed) {
  std::map<Road, int> roads;
  int kills = 0;
  int stalls = 0;
  int holds = 0;
  for (std::uint64_t number = 0; number < 300; ++number) {
    const Race race = DrawRace(1, number, Everything());
    ++roads[race.road];
    for (const Phase& phase : race.phases) {
      if (phase.hold_ms) ++holds;
      for (const Branch& branch : phase.branches) {
        if (branch.kill) ++kills;
        if (branch.stall) ++stalls;
      }
    }
  }
  for (const Road road : kAllRoads) EXPECT_GT(roads[road], 10) << RoadName(road);
  EXPECT_GT(kills, 20);
  EXPECT_GT(stalls, 20);
  EXPECT_GT(holds, 10);
}

TEST(Race, HasDelaysForProcessesThatNothingElseDisturbs) {
  int delayed = 0;
  for (std::uint64_t number = 0; number < 100; ++number) {
    const Race plain = DrawRace(4, number, Everything());
    const Race race = WithDelays(plain, 4, number);
    EXPECT_EQ(race, WithDelays(plain, 4, number));
    if (plain.road != Road::kProcesses) {
      EXPECT_EQ(race, plain);
    }
    if (race.delays.empty()) continue;
    ++delayed;
    const auto read = RaceFromJson(RaceToJson(race));
    ASSERT_TRUE(read.has_value()) << read.error();
    EXPECT_EQ(*read, race);
    EXPECT_LT(race.LongestDelay(), std::chrono::seconds(1));
  }
  EXPECT_GT(delayed, 30);
}

TEST(Race, HoldsUpWhoListsBesideAWriterWithinTheListings) {
  const Race plain = DrawRace(1, 7, Everything(), "race-listing");
  ASSERT_EQ(plain.road, Road::kProcesses);
  const std::vector<Branch>& branches = plain.phases[0].branches;
  EXPECT_TRUE(branches[1].stall.has_value());
  std::map<std::string, int> latest;
  for (const Operation& call : branches[0].calls) {
    EXPECT_GT(call.record.get<int>(), latest[call.id]);
    latest[call.id] = call.record.get<int>();
  }
  EXPECT_GT(latest.size(), 1U);

  const Race race = WithDelays(plain, 1, 7);
  ASSERT_FALSE(race.delays.empty());
  for (const StepDelay& delay : race.delays) {
    EXPECT_GT(delay.client, 0U);  // the writer goes on
    EXPECT_GE(delay.operation, 2);
    EXPECT_LT(delay.operation, 2 + static_cast<std::int64_t>(branches[delay.client].calls.size()));
  }
}

TEST(Race, OutwaitsAShortPatienceByHoldingTheLockOrDelayingWhoMayHaveIt) {
  Reach reach = Everything();
  const Race held = DrawRace(2, 16, reach, "outwaited");
  ASSERT_TRUE(held.phases[0].hold_ms && held.lock_timeout_ms);
  EXPECT_GE(*held.phases[0].hold_ms, *held.lock_timeout_ms + 3'000);
  EXPECT_EQ(WithStallsAtSteps(held, 2, 16), held);

  reach.claims.lock_file.reset();
  const Race stalled = DrawRace(2, 16, reach, "outwaited");
  EXPECT_FALSE(stalled.phases[0].hold_ms);
  EXPECT_EQ(std::count_if(stalled.phases[0].branches.begin(), stalled.phases[0].branches.end(),
                          [](const Branch& branch) { return branch.stall.has_value(); }),
            2);
  const Race delayed = WithStallsAtSteps(stalled, 2, 16);
  ASSERT_EQ(delayed.delays.size(), 2U);
  EXPECT_GE(delayed.delays[0].ms, *stalled.lock_timeout_ms + 3'000);
  const auto read = RaceFromJson(RaceToJson(delayed));
  ASSERT_TRUE(read.has_value()) << read.error();
  EXPECT_EQ(*read, delayed);
}

TEST(Race, RefusesDelaysWhereProcessesAreKilledOrStopped) {
  Race race;
  race.phases.resize(1);
  race.phases[0].branches = {{{Operation{}}, 0, Kill{0, 100}, std::nullopt}};
  race.delays = {{0, 2, 3, 8}};
  EXPECT_THAT(RaceFromJson(RaceToJson(race)).error(), HasSubstr("delays are for processes"));
  race.phases[0].branches[0].kill.reset();
  EXPECT_TRUE(RaceFromJson(RaceToJson(race)).has_value());
  race.delays[0].ms = 0;
  EXPECT_THAT(RaceFromJson(RaceToJson(race)).error(), HasSubstr("ms must be a whole number"));
}

TEST(Race, AsksForNothingThatIsNotClaimed) {
  Reach little;
  little.claims.persistence = Persistence::kProcess;
  little.claims.multi_process = true;
  ASSERT_EQ(RoadsOf(little), std::vector<Road>{Road::kProcesses});
  for (std::uint64_t number = 0; number < 300; ++number) {
    const Race race = DrawRace(1, number, little);
    EXPECT_EQ(race.road, Road::kProcesses);
    EXPECT_EQ(race.max_entries, Race{}.max_entries);
    for (const Phase& phase : race.phases) EXPECT_FALSE(phase.hold_ms);
    for (const Operation& call : CallsOf(race)) {
      EXPECT_NE(call.kind, OpKind::kClaim);
      EXPECT_NE(call.kind, OpKind::kDelete);
      EXPECT_FALSE(call.ttl_ms);
    }
  }
}

TEST(Race, PlaysEveryConsumerThatTheClaimsAllow) {
  std::map<std::string, int> played;
  for (std::uint64_t number = 0; number < 200; ++number) {
    ++played[DrawRace(1, number, Everything()).scenario];
  }
  for (const Scenario& scenario : AllScenarios()) {
    EXPECT_GT(played[std::string(scenario.name)], 5) << scenario.name;
    EXPECT_EQ(scenario.situation, "scenario-" + std::string(scenario.name));
  }
}

TEST(Race, NeedsTwoClientsThatCanMeet) {
  Reach alone;
  alone.claims.persistence = Persistence::kProcess;
  EXPECT_TRUE(RoadsOf(alone).empty());
  EXPECT_THAT(WhyNoRoad(alone), HasSubstr("neither multi_process nor"));
  Reach forgetful = alone;
  forgetful.claims.persistence = Persistence::kNone;
  forgetful.claims.multi_process = true;
  EXPECT_TRUE(RoadsOf(forgetful).empty());
  EXPECT_THAT(WhyNoRoad(forgetful), HasSubstr("persistence is none"));
  alone.linked = true;  // threads of one process are clients too
  EXPECT_EQ(RoadsOf(alone), std::vector<Road>{Road::kThreads});
}

TEST(Race, SaysWhatIsWrongWithIt) {
  const Json good = RaceToJson(DrawRace(1, 0, Everything()));
  const struct {
    const char* pointer;
    Json value;
    const char* complaint;
  } cases[] = {
      {"/setup/road", "by boat", "road must be"},
      {"/setup/max_entries", 0, "max_entries must be a whole number from 1"},
      {"/setup/start_ms", -5, "start_ms"},
      {"/setup/lock_timeout_ms", 1e9, "lock_timeout_ms"},
      {"/prefix/0/call", "steal", "prefix"},
      {"/phases/0/branches/0/calls/0/args", 7, "phase 0"},
      {"/phases/0/hold_ms", 1'000'000, "hold_ms"},
      {"/phases/0/branches/0/kill", {{"call", -1}, {"after_us", 1}}, "call must be"},
      {"/phases/0/branches/0/pause_us", 18'446'744'073'709'551'615U, "pause_us"},
  };
  for (const auto& [pointer, value, complaint] : cases) {
    Json bad = good;
    bad[Json::json_pointer(pointer)] = value;
    const auto read = RaceFromJson(bad);
    ASSERT_FALSE(read.has_value()) << pointer;
    EXPECT_THAT(read.error(), HasSubstr(complaint));
  }
  const auto empty = RaceFromJson(
      {{"setup", good["setup"]}, {"prefix", Json::array()}, {"phases", Json::array()}});
  ASSERT_FALSE(empty.has_value());
  EXPECT_THAT(empty.error(), HasSubstr("no call to make"));
}

}  // namespace
}  // namespace holdfast::conformance
