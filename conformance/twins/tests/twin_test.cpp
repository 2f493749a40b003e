// Each twin differs where it says, and nowhere that one client alone could see.
#include "conformance/twins/twin.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "conformance/campaign/levels.h"
#include "conformance/supervise/tests/supervised.h"
#include "conformance/twins/tests/contention.h"
#include "holdfast/spec/clauses.h"

namespace holdfast::conformance {
namespace {

constexpr RaceBounds kUntilItShows{1'000'000, std::chrono::seconds(60)};
constexpr RaceBounds kShort{50, std::chrono::seconds(60)};

// In memory where there is such a file system: what is tested here does not need the disk.
std::filesystem::path ScratchParent() {
  const std::filesystem::path memory = "/dev/shm";
  return std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path();
}

class PlantedTwin : public testing::TestWithParam<Twin> {
 protected:
  void SetUp() override {
    std::string name = (ScratchParent() / "twin-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    dir_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }
  // A new folder, for one race.
  std::string NewFolder() {
    const auto folder = dir_ / std::to_string(folders_++);
    std::filesystem::create_directory(folder);
    return folder.string();
  }

  std::unique_ptr<Backend> backend_ = MakeTwin();
  std::filesystem::path dir_;

 private:
  int folders_ = 0;
};

// Whether a race shows the twin; `shows_it` says whether it should.
void ExpectOfRace(Backend& backend, const Contenders& contenders, const std::string& dir,
                  bool shows_it) {
  // A slow machine makes slow holders, and then any race may show this one.
  if (ThisTwin().exposure == Exposure::kHeldLock) return;
  const auto seen = Race(backend, contenders, dir, shows_it ? kUntilItShows : kShort);
  EXPECT_EQ(seen.has_value(), shows_it) << seen.value_or("");
}

TEST_P(PlantedTwin, DiffersWhereProcessesRace) {
  ExpectOfRace(*backend_, {}, NewFolder(), GetParam().exposure == Exposure::kRace);
}

TEST_P(PlantedTwin, DiffersWhereInstancesOfOneProcessRace) {
  ExpectOfRace(*backend_, Sharing::kInstances, NewFolder(), GetParam().exposure == Exposure::kRace);
}

TEST_P(PlantedTwin, DiffersWhereInheritorsRace) {
  ExpectOfRace(
      *backend_, Sharing::kInheritance, NewFolder(),
      GetParam().exposure == Exposure::kRace || GetParam().exposure == Exposure::kInheritedRace);
}

TEST_P(PlantedTwin, RobsALivingHolderOrWaitsForIt) {
  const Result result = RegisterWhileHeld(*backend_, NewFolder());
  if (ThisTwin().exposure == Exposure::kHeldLock || ThisTwin().name == "no-lock") {
    EXPECT_TRUE(result.has_value());
  } else {
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, ErrorCode::kBusy);
  }
}

TEST_P(PlantedTwin, ReadsTheTimeWhereItSays) {
  if (!RegisterWhileHeld(*backend_, NewFolder())) {
    EXPECT_EQ(LivesFromTheLockOn(*backend_, NewFolder()),
              ThisTwin().exposure != Exposure::kLateTime);
  } else {
    EXPECT_NE(ThisTwin().exposure, Exposure::kLateTime);
  }
}

TEST_P(PlantedTwin, PassesAShortSequentialRunWhereItSays) {
  LevelOptions options;
  options.budget = std::chrono::seconds(2);
  options.dir = dir_;
  const LevelReport report =
      RunLevel(Level::kSequential, {{}, backend_.get()}, backend_->Describe(), options);
  std::string stories;
  for (const FoundFailure& found : report.failures) {
    for (const std::string& line : found.story) stories += "\n" + line;
  }
  EXPECT_GT(report.programs, 0U);
  // What need not pass is sometimes caught in so short a time, and sometimes not.
  if (GetParam().passes_sequential) {
    EXPECT_TRUE(report.failures.empty()) << stories;
  }
}

TEST_P(PlantedTwin, IsCaughtWhereManyRunAtOnce) {
  ASSERT_EQ(WhyNotHere().value_or(""), "");
  LevelOptions options;
  const bool is_good = GetParam().exposure == Exposure::kNone;
  options.budget = std::chrono::seconds(is_good ? 20 : 60);  // a bad one ends it when it is caught
  options.dir = dir_;
  const LevelReport report =
      RunLevel(Level::kConcurrent, {{}, backend_.get()}, backend_->Describe(), options);
  std::cout << report.programs << " programs in " << report.seconds << " s; " << report.reason
            << "\n";
  for (const FoundFailure& found : report.failures) {
    for (const std::string& line : found.story) std::cout << line << "\n";
  }
  EXPECT_EQ(report.verdict == Verdict::kFail, !is_good);
}

TEST_P(PlantedTwin, NamesAClauseOfTheSpec) {
  EXPECT_NE(FindClause(GetParam().clause), nullptr);
  EXPECT_NE(backend_->Describe().backend.name.find(GetParam().name), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(, PlantedTwin, testing::Values(ThisTwin()),
                         [](const testing::TestParamInfo<Twin>& twin) {
                           std::string name(twin.param.name);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace holdfast::conformance
