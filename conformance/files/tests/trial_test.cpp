// Trials as data: the same from the same seed, saved and read back, and cut down.
#include "conformance/files/trial.h"

#include <gtest/gtest.h>

#include <set>

#include "conformance/corrupt/corruption.h"
#include "conformance/files/draw_trial.h"
#include "conformance/files/hindrance.h"
#include "conformance/files/shrink_trial.h"
#include "conformance/files/tree.h"
#include "holdfast/spec/envelope.h"

namespace holdfast::conformance {
namespace {

Capabilities EnvelopeClaims() {
  Capabilities claims;
  claims.format = "envelope/1";
  claims.multi_process = claims.ttl = claims.claim = true;
  claims.max_depth = 128;
  return claims;
}

TEST(Trials, AreTheSameFromTheSameSeed) {
  for (std::uint64_t number = 0; number < 300; ++number) {
    EXPECT_EQ(DrawTrial(5, number, EnvelopeClaims(), true),
              DrawTrial(5, number, EnvelopeClaims(), true));
  }
}

TEST(Trials, SurviveBeingSavedAndReadBack) {
  for (std::uint64_t number = 0; number < 300; ++number) {
    const Trial trial = DrawTrial(1, number, EnvelopeClaims(), true);
    const auto again = TrialFromJson(Json::parse(TrialToJson(trial).dump()));
    ASSERT_TRUE(again.has_value()) << again.error();
    EXPECT_EQ(*again, trial);
  }
}

TEST(Trials, OfOtherThingsAreRefusedWithASentence) {
  for (const char* text : {"null", "{}", R"({"setup":{"namespace":"a","start_ms":1},"fill":[],
        "rounds":[{"harm":"unheard-of","first":[{"call":"entries","args":{}}]}]})"}) {
    const auto trial = TrialFromJson(Json::parse(text));
    ASSERT_FALSE(trial.has_value()) << text;
    EXPECT_EQ(trial.error().find("program, "), 0U);
  }
}

// A replay file with 1e300 for a seed had the library make an integer of it, which is undefined.
// The suite deletes and overwrites below that name.
TEST(Trials, WhoseNamespaceLeadsElsewhereAreRefused) {
  for (const char* name : {"../../victim", "/tmp/victim", "a/b", "..", ""}) {
    Json json = TrialToJson(DrawTrial(1, 0, EnvelopeClaims(), true));
    json["setup"]["namespace"] = name;
    const auto trial = TrialFromJson(json);
    ASSERT_FALSE(trial.has_value()) << name;
    EXPECT_NE(trial.error().find("namespace"), std::string::npos) << trial.error();
  }
}

TEST(Paths, BesideAFolderAreNotBelowIt) {
  EXPECT_TRUE(IsBelow("one/state", "one/state"));
  EXPECT_TRUE(IsBelow("one/state/file", "one/state"));
  EXPECT_FALSE(IsBelow("one/state.journal", "one/state"));
}

TEST(Trials, WithNumbersThatAreNotWholeAreRefused) {
  Trial trial;
  trial.rounds.push_back({});
  trial.rounds.front().first = {Operation{OpKind::kEntries, "", nullptr, std::nullopt}};
  const Json good = TrialToJson(trial);
  ASSERT_TRUE(TrialFromJson(good).has_value());
  for (const Json& number : {Json(1e300), Json(0.5), Json(-1), Json("1"), Json(nullptr)}) {
    for (const char* member : {"seed", "advance_ms"}) {
      Json bad = good;
      bad["rounds"][0][member] = number;
      const auto read = TrialFromJson(bad);
      ASSERT_FALSE(read.has_value()) << bad;
      EXPECT_NE(read.error().find(member), std::string::npos) << read.error();
    }
    Json bad = good;
    bad["setup"]["start_ms"] = number;
    EXPECT_FALSE(TrialFromJson(bad).has_value()) << bad;
  }
}

TEST(Trials, TakeEveryHarmByTurns) {
  std::set<std::string> met;
  const auto harms = HarmsFor(EnvelopeClaims(), true);
  for (std::uint64_t number = 0; number < harms.size(); ++number) {
    met.insert(DrawTrial(1, number, EnvelopeClaims(), true).rounds.front().harm);
  }
  EXPECT_EQ(met.size(), harms.size());
}

TEST(Trials, AreCutDownToWhatFails) {
  const Trial trial = DrawTrial(1, 3, EnvelopeClaims(), true);
  ASSERT_GE(trial.fill.size(), 3U);
  const Operation needed = trial.fill[2];
  const TrialFails fails = [&](const Trial& candidate) {
    return std::find(candidate.fill.begin(), candidate.fill.end(), needed) != candidate.fill.end();
  };
  const auto later = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  const Trial small = ShrinkTrial(trial, fails, later);
  EXPECT_EQ(small.fill, std::vector<Operation>{needed});
  EXPECT_EQ(small.rounds.size(), 1U);
  EXPECT_TRUE(small.rounds.front().calls.empty());
}

TEST(Corruptions, ArePureAndHaveNamesOfTheirOwn) {
  std::set<std::string> names;
  const std::string bytes = SerializeEnvelope({{{"a", Json{{"n", 1}}, 1, std::nullopt}}});
  for (const Corruption& corruption : AllCorruptions()) {
    EXPECT_TRUE(names.insert(corruption.name).second) << corruption.name;
    for (const std::uint64_t seed : {0U, 1U, 77U}) {
      for (const std::string& before : {std::string(), std::string("x"), bytes}) {
        EXPECT_EQ(Corrupted(corruption, seed, before), Corrupted(corruption, seed, before));
      }
    }
  }
}

// Most make a bad file, and some of each kind leave a store that must be carried on with.
TEST(Corruptions, MakeBadFilesAndHarmlessOnes) {
  const std::string bytes = SerializeEnvelope({{{"a", Json{{"n", 1}}, 1, std::nullopt}}});
  std::size_t bad = 0;
  std::size_t newer = 0;
  std::size_t good = 0;
  for (const Corruption& corruption : AllCorruptions()) {
    const auto envelope = ParseEnvelope(Corrupted(corruption, 3, bytes), {.max_depth = 128});
    if (envelope) {
      ++good;
    } else if (envelope.error().reason == EnvelopeFault::Reason::kVersionMismatch) {
      ++newer;
    } else {
      ++bad;
    }
  }
  EXPECT_GE(bad, 50U);
  EXPECT_GE(newer, 4U);
  EXPECT_GE(good, 8U);
}

}  // namespace
}  // namespace holdfast::conformance
