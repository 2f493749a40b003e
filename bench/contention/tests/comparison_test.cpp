// The whole of it, in windows too short to say anything of speed.
#include "bench/contention/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "conformance/concurrent/naive_store.h"

namespace holdfast::bench {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Le;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

// In memory, where a sync costs nothing: no test is to wait for a disk that others keep busy.
const int kInMemory =
    std::filesystem::is_directory("/dev/shm") ? ::setenv("HOLDFAST_BENCH_DIR", "/dev/shm", 1) : 0;

Scene Short(Mix mix) {
  Scene scene;
  scene.contenders = 3;
  scene.entries = 5;
  scene.mix = mix;
  scene.window = std::chrono::milliseconds(60);
  return scene;
}

// For a store that claims nothing of several processes.
Scene Alone(Mix mix) {
  Scene scene = Short(mix);
  scene.contenders = 1;
  return scene;
}

Candidate Driver(std::vector<std::string> command) {
  Candidate driver;
  driver.name = "driver";
  driver.command = std::move(command);
  return driver;
}

ComparisonOptions Options(std::size_t repetitions) {
  ComparisonOptions options;
  options.repetitions = repetitions;
  options.for_each_limit = std::chrono::milliseconds(1);
  return options;
}

Row PlayOnce(const Candidate& candidate, const Scene& scene) {
  Comparison comparison = Compare({candidate}, {scene}, Options(1));
  EXPECT_THAT(comparison.rows, SizeIs(1));
  return std::move(comparison.rows.front());
}

TEST(Comparison, MeasuresEveryMixOfTheReferenceStore) {
  for (const Mix mix : {Mix::kRegister, Mix::kLookup, Mix::kConsume, Mix::kClaim,
                        Mix::kMostlyLookup, Mix::kOneWriter}) {
    const Row row = PlayOnce(*CandidateNamed("reference"), Short(mix));
    ASSERT_EQ(row.outcome, Outcome::kMeasured) << MixName(mix) << ": " << row.reason;
    EXPECT_GT(row.figures.at("calls_per_s").median, 0);
    EXPECT_THAT(row.calls_of_each, SizeIs(3));
    EXPECT_EQ(row.persistence, "power");
    EXPECT_EQ(row.integrity.ids_checked, 10U);
  }
}

TEST(Comparison, MeasuresThreads) {
  Scene scene = Short(Mix::kConsume);
  scene.sharing = Sharing::kThreads;
  const Row row = PlayOnce(*CandidateNamed("reference"), scene);
  ASSERT_EQ(row.outcome, Outcome::kMeasured) << row.reason;
  EXPECT_THAT(row.latencies, UnorderedElementsAre(Key("register"), Key("consume")));
  EXPECT_THAT(row.figures.at("jain").median, AllOf(Ge(1.0 / 3), Le(1)));
}

TEST(Comparison, InterleavesTheStoresAndKeepsTheSpread) {
  const std::vector<Candidate> both = {*CandidateNamed("reference"),
                                       *CandidateNamed("naive-renamed")};
  const Comparison comparison = Compare(both, {Short(Mix::kClaim)}, Options(3));
  ASSERT_THAT(comparison.rows, SizeIs(2));
  for (const Row& row : comparison.rows) {
    ASSERT_EQ(row.outcome, Outcome::kMeasured) << row.candidate << ": " << row.reason;
    EXPECT_THAT(row.repetitions, SizeIs(3));
    for (const auto& [name, spread] : row.figures) {
      EXPECT_EQ(spread.count, 3U) << name;
      EXPECT_LE(spread.low, spread.median) << name;
      EXPECT_LE(spread.median, spread.high) << name;
    }
  }
}

TEST(Comparison, VoidsAStoreThatKeepsNobodyOut) {
  Candidate careless;
  careless.name = "careless";
  careless.make = [] { return std::make_unique<conformance::NaiveBackend>(); };
  for (const Mix mix : {Mix::kRegister, Mix::kConsume}) {
    Scene scene = Short(mix);
    scene.window = std::chrono::milliseconds(200);
    const Row row = PlayOnce(careless, scene);
    EXPECT_EQ(row.outcome, Outcome::kVoid) << MixName(mix) << ": " << row.reason;
    EXPECT_THAT(row.reason, Not(IsEmpty()));
    EXPECT_THAT(row.figures, IsEmpty()) << "no number";
    EXPECT_THAT(row.repetitions, IsEmpty());
  }
}

// Its writers take one another's temporary files away, so it fails more often than it loses.
TEST(Comparison, HasNoNumberForTheReferenceStoreWithoutItsLock) {
  Scene scene = Short(Mix::kClaim);
  scene.window = std::chrono::milliseconds(200);
  const Row row = PlayOnce(Driver({HOLDFAST_BROKEN_TWIN}), scene);
  EXPECT_NE(row.outcome, Outcome::kMeasured);
  EXPECT_THAT(row.reason, Not(IsEmpty()));
  EXPECT_THAT(row.figures, IsEmpty());
}

TEST(Comparison, MeasuresTheSameStoreWithItsLock) {
  const Row row = PlayOnce(Driver({HOLDFAST_SOUND_TWIN}), Short(Mix::kConsume));
  EXPECT_EQ(row.outcome, Outcome::kMeasured) << row.reason;
}

TEST(Comparison, MakesEveryCallThatAnOpenLoopOwes) {
  Scene scene = Short(Mix::kRegister);
  scene.contenders = 1;
  scene.rate_per_s = 20;
  scene.window = std::chrono::milliseconds(400);
  const Row row = PlayOnce(*CandidateNamed("naive"), scene);
  ASSERT_EQ(row.outcome, Outcome::kMeasured) << row.reason;
  EXPECT_THAT(row.calls_of_each, ElementsAre(8)) << "due every 50 ms, whenever they were done";
}

struct Hopeless {
  Candidate candidate;
  Scene scene;
  const char* why;
};

TEST(Comparison, EndsWithAReasonAndNoNumberWhereNothingCanBeMeasured) {
  Scene fast = Short(Mix::kRegister);
  fast.rate_per_s = 1e7;
  Scene threads = Short(Mix::kRegister);
  threads.sharing = Sharing::kThreads;
  Scene empty = Short(Mix::kRegister);
  empty.contenders = 0;
  const std::vector<Hopeless> all = {
      {*CandidateNamed("reference"), fast, "the rate was not reached"},
      {*CandidateNamed("reference"), empty, "contenders, not 0"},
      {Driver({HOLDFAST_SOUND_TWIN}), threads, "threads share a linked store"},
      {Driver({"/nonexistent/driver"}), Short(Mix::kRegister), "/nonexistent/driver"},
      {Driver({HOLDFAST_HOSTILE_DRIVER, "open", "exit-3"}), Alone(Mix::kRegister), "exited"},
      {Driver({HOLDFAST_HOSTILE_DRIVER, "lookup", "exit-0"}), Alone(Mix::kLookup), "exited"},
      {Driver({HOLDFAST_HOSTILE_DRIVER, "claim", "sigkill"}), Alone(Mix::kClaim), "SIGKILL"}};
  for (const Hopeless& hopeless : all) {
    const Row row = PlayOnce(hopeless.candidate, hopeless.scene);
    EXPECT_EQ(row.outcome, Outcome::kNotMeasured) << hopeless.why;
    EXPECT_THAT(row.reason, HasSubstr(hopeless.why));
    EXPECT_THAT(row.figures, SizeIs(0));
  }
}

TEST(Comparison, AsksNothingOfSeveralProcessesThatTheStoreDoesNotClaim) {
  const Candidate minimal =
      Driver({"python3", HOLDFAST_SOURCE_DIR "/conformance/backends/python_minimal/driver.py"});
  std::vector<Scene> scenes(3, Short(Mix::kRegister));
  scenes.push_back(Alone(Mix::kRegister));
  const Comparison comparison = Compare({minimal}, scenes, Options(1));
  ASSERT_THAT(comparison.rows, SizeIs(4));
  EXPECT_EQ(comparison.rows.front().outcome, Outcome::kNotMeasured);
  EXPECT_THAT(comparison.rows.front().reason, HasSubstr("does not claim multi_process"));
  EXPECT_EQ(comparison.rows.back().outcome, Outcome::kMeasured) << comparison.rows.back().reason;
}

TEST(Comparison, SaysWhatAnUnsupportedCallWasToldInstead) {
  const Row row = PlayOnce(
      Driver({"python3", HOLDFAST_SOURCE_DIR "/conformance/backends/python_minimal/driver.py"}),
      Alone(Mix::kClaim));
  EXPECT_EQ(row.outcome, Outcome::kNotMeasured);
  EXPECT_THAT(row.reason, HasSubstr("unsupported"));
}

TEST(Comparison, StopsAskingAStoreThatFailsAgainAndAgain) {
  const std::vector<Scene> scenes(5, Short(Mix::kRegister));
  const Comparison comparison = Compare({Driver({"/nonexistent/driver"})}, scenes, Options(3));
  ASSERT_THAT(comparison.rows, SizeIs(5));
  EXPECT_THAT(comparison.rows.back().reason, HasSubstr("not asked again"));
}

TEST(Comparison, NamesTheScenesThatNoTimeWasLeftFor) {
  ComparisonOptions options = Options(1);
  options.until = std::chrono::steady_clock::now();
  const std::vector<Scene> scenes = {Short(Mix::kRegister), Short(Mix::kLookup)};
  const Comparison comparison = Compare({Driver({"/nonexistent/driver"})}, scenes, options);
  EXPECT_THAT(comparison.rows, IsEmpty());
  EXPECT_EQ(comparison.left_out, scenes);
}

TEST(Candidates, AnUnknownNameIsToldWhichThereAre) {
  EXPECT_THAT(CandidateNamed("oracle").error(),
              AllOf(HasSubstr("there is no backend \"oracle\""), HasSubstr("reference")));
}

}  // namespace
}  // namespace holdfast::bench
