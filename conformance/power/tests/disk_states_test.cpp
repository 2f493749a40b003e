#include "conformance/power/disk_states.h"

#include <gtest/gtest.h>

#include "conformance/power/tests/seen_states.h"
#include "conformance/trace/apply.h"

namespace holdfast::power {
namespace {

using trace::StepKind;
using trace::ToldTrace;

TEST(DiskStates, OfAKillAreThePrefixesOfTheTrace) {
  ToldTrace told;
  told.Create(1, "a.tmp");
  told.Write(1, 0, "bytes");
  told.Add(StepKind::kSync, 1, "a.tmp");
  told.Add(StepKind::kRename, 1, "a.tmp", "a.json");
  told.Acknowledge("{}\n");
  const auto states = Enumerate(told.trace(), EmptyTree(), Profile::kKill);
  ASSERT_TRUE(states) << states.error();
  EXPECT_EQ(states->states.size(), 4U);
  EXPECT_EQ(states->generated, 6U);
  for (const DiskState& state : states->states) {
    for (const Way& way : {state.earliest, state.latest}) {
      const auto tree = trace::TreeBefore(way.at.step, EmptyTree(), told.trace());
      EXPECT_EQ(trace::ContentHash(*tree), state.hash);
      EXPECT_EQ(trace::ContentHash(states->TreeOf(way)), state.hash);
    }
  }
  EXPECT_EQ(states->states.back().earliest.at, (CrashPoint{4, 0}));
  EXPECT_EQ(states->states.back().latest.at, (CrashPoint{5, 1}));
}

TEST(DiskStates, OfAKillEndAWriteBetweenPages) {
  ToldTrace told(2);
  told.Write(1, 4094, "uvwxyz");
  const std::string old(4095, '-');
  const std::string kept(4094, '-');
  EXPECT_EQ(Seen(told, TreeWith({{"a", old}}), Profile::kKill),
            (Texts{"a=" + old, "a=" + kept + "uv", "a=" + kept + "uvwxyz"}));
}

TEST(DiskStates, AreToldWithAllThatEveryPointRequires) {
  ToldTrace told;
  told.Create(1, "a");
  told.Acknowledge("{}\n");
  told.Acknowledge("{}\n");
  told.Add(StepKind::kSync, 0, "");
  const auto states = Enumerate(told.trace(), EmptyTree(), Profile::kLinuxMinimal);
  ASSERT_TRUE(states) << states.error();
  ASSERT_EQ(states->states.size(), 2U);
  EXPECT_EQ(states->crash_points, 4U);
  for (const DiskState& state : states->states) {
    const bool is_there = Text(states->TreeOf(state)) == "a=";
    EXPECT_EQ(state.earliest.at, (CrashPoint{1, 0}));
    EXPECT_EQ(state.latest.at, is_there ? (CrashPoint{4, 2}) : (CrashPoint{3, 2}));
    EXPECT_EQ(Tell(*states, state.earliest),
              is_there ? "the name a (step 0) survived" : "the name a (step 0) was lost");
  }
}

TEST(DiskStates, HaveMappedFilesScrambledOrAsTheyWereSeen) {
  ToldTrace told(2);
  told.Add(StepKind::kMap, 1, "a");
  const auto start = TreeWith({{"a", "0000"}});
  const auto states = Enumerate(told.trace(), start, Profile::kExt4Ordered);
  ASSERT_TRUE(states) << states.error();
  EXPECT_EQ(states->states.size(), 2U);
  EXPECT_EQ(states->mapped, std::vector<std::string>{"a"});
  EXPECT_FALSE(states->not_certifiable);
}

TEST(DiskStates, SpeakForNothingThatIsSyncedUnseen) {
  for (const StepKind kind : {StepKind::kSyncMap, StepKind::kSync, StepKind::kSyncData}) {
    ToldTrace told(2);
    told.Add(StepKind::kMap, 1, "a");
    told.Add(kind, 1, "a").is_mapped = true;
    for (const Profile profile : Profiles()) {
      const auto states = Enumerate(told.trace(), TreeWith({{"a", "0"}}), profile);
      ASSERT_TRUE(states) << states.error();
      EXPECT_TRUE(states->not_certifiable.has_value());
    }
  }
}

TEST(DiskStates, SayThatTheyWereSampled) {
  ToldTrace told;
  for (trace::FileId file = 1; file <= 13; ++file) told.Create(file, std::string(1, 'a' + file));
  const auto few = Enumerate(told.trace(), EmptyTree(), Profile::kExt4Ordered);
  const auto many = Enumerate(told.trace(), EmptyTree(), Profile::kLinuxMinimal, {4096, 20, 1});
  ASSERT_TRUE(few && many);
  EXPECT_EQ(few->states.size(), 14U);
  EXPECT_EQ(HowThorough(*few), "exhaustive");
  EXPECT_FALSE(many->exhaustive);
  // None and each prefix, each lost and each alone, pairs, and lots.
  EXPECT_EQ(HowThorough(*many), "sampled " + std::to_string(1 + 13 + 2 * 13 + 13 * 12 / 2 + 20));
  const auto again = Enumerate(told.trace(), EmptyTree(), Profile::kLinuxMinimal, {4096, 20, 1});
  ASSERT_TRUE(again);
  ASSERT_EQ(again->states.size(), many->states.size());
  for (std::size_t at = 0; at < again->states.size(); ++at)
    EXPECT_EQ(again->states[at].hash, many->states[at].hash);
}

TEST(DiskStates, OfARunWithoutStepsAreTheStart) {
  ToldTrace told(2);
  for (const Profile profile : Profiles())
    EXPECT_EQ(Seen(told, TreeWith({{"a", "x"}}), profile), Texts{"a=x"});
}

TEST(DiskStates, OfAHugeFileAreNoMoreThanTheirBytesAllow) {
  ToldTrace told;
  const std::int64_t size = 200 * 4096;
  told.Create(1, "a");
  told.Write(1, 0, std::string(static_cast<std::size_t>(size), 'x'));
  told.Add(StepKind::kSync, 1, "a");
  for (const Profile profile : Profiles()) {
    Bounds bounds;
    bounds.bytes = 64 * static_cast<std::uint64_t>(size);
    const auto states = Enumerate(told.trace(), EmptyTree(), profile, bounds);
    ASSERT_TRUE(states) << states.error();
    EXPECT_FALSE(states->exhaustive);
    EXPECT_GT(states->states.size(), 10U) << ProfileName(profile);
    EXPECT_LT(states->generated, 1'000U) << ProfileName(profile);
  }
}

TEST(DiskStates, OfThousandsOfStepsAreFoundInTime) {
  ToldTrace told;
  told.Create(1, "a");
  for (int at = 0; at < 3000; ++at) {
    told.Write(1, at % 100, "y");
    told.Add(StepKind::kSyncData, 1, "a");
  }
  for (const Profile profile : Profiles()) {
    const auto states = Enumerate(told.trace(), EmptyTree(), profile);
    ASSERT_TRUE(states) << states.error();
    EXPECT_TRUE(states->exhaustive) << ProfileName(profile);
  }
}

TEST(DiskStates, LeaveOutTheStepThatAKillPrevented) {
  ToldTrace told;
  told.Create(1, "a").result.reset();
  EXPECT_FALSE(Enumerate(told.trace(), EmptyTree(), Profile::kLinuxMinimal));
  told.trace().end.how = trace::End::How::kKilled;
  EXPECT_EQ(Seen(told, EmptyTree(), Profile::kLinuxMinimal), Texts{""});
}

TEST(DiskStates, RefuseWhatIsNotFollowed) {
  ToldTrace told;
  told.Add(StepKind::kUnsupported, 0, "");
  for (const Profile profile : Profiles()) {
    const auto states = Enumerate(told.trace(), EmptyTree(), profile);
    ASSERT_FALSE(states);
    EXPECT_EQ(states.error(),
              "step 0: unsupported changed the directory in a way that is not followed");
  }
}

}  // namespace
}  // namespace holdfast::power
