// The level passes what is right, and catches each fault by the clause it breaks.
#include "conformance/files/files_level.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "conformance/backends/memory/memory_backend.h"
#include "conformance/backends/reference/reference_backend.h"
#include "conformance/campaign/files.h"
#include "conformance/files/tests/frail_store.h"
#include "holdfast/spec/clauses.h"

namespace holdfast::conformance {
namespace {

// In memory where there is such a file system: what is tested here does not need the disk.
std::filesystem::path ScratchParent() {
  const std::filesystem::path memory = "/dev/shm";
  return std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path();
}

LevelOptions Options(const ScratchDir& scratch) {
  LevelOptions options;
  options.dir = scratch.path();
  options.timeouts.reply = std::chrono::seconds(2);
  return options;
}

std::string StoriesOf(const LevelReport& report) {
  std::string stories = report.reason;
  for (const FoundFailure& found : report.failures) {
    for (const std::string& line : found.story) stories += "\n" + line;
  }
  return stories;
}

TEST(FilesLevel, PassesTheReferenceStore) {
  const ScratchDir scratch(ScratchParent());
  const auto backend = MakeReferenceBackend();
  const LevelReport report =
      RunFilesLevel({{}, backend.get()}, backend->Describe(), Options(scratch));
  EXPECT_EQ(report.verdict, Verdict::kPass) << StoriesOf(report);
  EXPECT_GT(report.programs, 100U);
}

TEST(FilesLevel, ClaimsNothingOfAStoreWithoutFiles) {
  const ScratchDir scratch(ScratchParent());
  const auto backend = MakeMemoryBackend();
  const LevelReport report =
      RunFilesLevel({{}, backend.get()}, backend->Describe(), Options(scratch));
  EXPECT_EQ(report.verdict, Verdict::kNotClaimed);
}

class FrailStores : public testing::TestWithParam<Frailty> {};

TEST_P(FrailStores, AreCaughtByTheClauseTheyBreak) {
  const ScratchDir scratch(ScratchParent());
  const auto backend = MakeFrail(GetParam());
  const DriverSource source{{}, backend.get()};
  LevelOptions options = Options(scratch);
  const auto is_named = [](const Failure& failure) {
    return failure.clauses.front() == GetParam().clause;
  };
  options.is_enough = is_named;
  options.is_expected = [&](const Failure& failure) { return !is_named(failure); };
  const LevelReport report = RunFilesLevel(source, backend->Describe(), options);
  ASSERT_EQ(report.verdict, Verdict::kFail) << StoriesOf(report);
  const auto found =
      std::find_if(report.failures.begin(), report.failures.end(),
                   [&](const FoundFailure& failure) { return is_named(failure.failure); });
  ASSERT_NE(found, report.failures.end()) << StoriesOf(report);
  const auto trial = TrialFromJson(found->program);
  ASSERT_TRUE(trial.has_value()) << trial.error();
  // A fault that needs luck has a few tries.
  ProgramReport again;
  for (int run = 0; run < 10 && again.verdict != Verdict::kFail; ++run) {
    again = RunFilesProgram(*trial, {source, options.timeouts, {}, {}}, scratch.path());
  }
  EXPECT_EQ(again.verdict, Verdict::kFail) << StoriesOf(report);
}

TEST_P(FrailStores, NameAClauseOfTheSpec) { EXPECT_NE(FindClause(GetParam().clause), nullptr); }

INSTANTIATE_TEST_SUITE_P(All, FrailStores, testing::ValuesIn(AllFrailties()),
                         [](const testing::TestParamInfo<Frailty>& frailty) {
                           std::string name(frailty.param.name);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace holdfast::conformance
