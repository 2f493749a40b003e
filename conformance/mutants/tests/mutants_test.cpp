// Every mutant must be caught, by the clause it breaks, with a short program.
#include "conformance/mutants/mutants.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "conformance/campaign/levels.h"
#include "holdfast/spec/clauses.h"

namespace holdfast::conformance {
namespace {

class Mutants : public testing::TestWithParam<Mutant> {};

// In memory where there is such a file system: what is tested here does not need the disk.
std::filesystem::path ScratchParent() {
  const std::filesystem::path memory = "/dev/shm";
  return std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path();
}

std::string StoryOf(const FoundFailure& found) {
  std::string story;
  for (const std::string& line : found.story) story += line + "\n";
  return story;
}

LevelReport RunMutant(const Mutant& mutant, std::uint64_t seed, bool shrink) {
  const auto backend = MakeMutant(mutant.name);
  DriverSource source;
  source.linked = backend.get();
  LevelOptions options;
  options.seed = seed;
  options.shrink = shrink;
  options.is_enough = [&](const Failure& failure) {
    return failure.clauses.front() == mutant.clause;
  };
  options.dir = ScratchParent();
  return RunLevel(Level::kSequential, source, backend->Describe(), options);
}

TEST_P(Mutants, AreCaughtByTheirClauseInAtMostFourOperations) {
  const LevelReport report = RunMutant(GetParam(), 1, true);
  ASSERT_EQ(report.verdict, Verdict::kFail);
  std::string stories;
  for (const FoundFailure& found : report.failures) {
    stories += StoryOf(found);
    if (found.failure.clauses.front() != GetParam().clause) continue;
    EXPECT_LE(found.operations, 4U) << StoryOf(found);
    EXPECT_EQ(found.rate.failed, found.rate.runs) << StoryOf(found);
    return;
  }
  FAIL() << "not caught by " << GetParam().clause << ":\n" << stories;
}

// The name that a failure gets before it is cut down may blame what stands beside the cause; that
// one of the names is right has to do here.
TEST_P(Mutants, AreCaughtWithOtherSeeds) {
  for (const std::uint64_t seed : {2U, 3U, 4U, 5U}) {
    const LevelReport report = RunMutant(GetParam(), seed, false);
    std::string stories;
    bool is_named = false;
    for (const FoundFailure& found : report.failures) {
      stories += StoryOf(found);
      is_named = is_named || found.failure.clauses.front() == GetParam().clause;
    }
    EXPECT_TRUE(is_named) << "seed " << seed << ":\n" << stories;
  }
}

TEST_P(Mutants, NameAClauseOfTheSpec) { EXPECT_NE(FindClause(GetParam().clause), nullptr); }

INSTANTIATE_TEST_SUITE_P(All, Mutants, testing::ValuesIn(AllMutants()),
                         [](const testing::TestParamInfo<Mutant>& mutant) {
                           std::string name(mutant.param.name);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace holdfast::conformance
