// Right stores of every kind, thousands of programs each: the judge must not charge one of them,
// and must be able to follow them all.
#include "conformance/campaign/tests/simulation.h"

#include <gtest/gtest.h>

#include "conformance/campaign/sequential_level.h"
#include "conformance/campaign/tests/variant_backend.h"
#include "conformance/check/sequential.h"
#include "conformance/program/generate.h"

namespace holdfast::conformance {
namespace {

constexpr std::uint64_t kPrograms = 2000;

class Simulated : public testing::TestWithParam<Variant> {};

TEST_P(Simulated, IsNeverCharged) {
  VariantBackend backend(GetParam().edit);
  const Capabilities claims = backend.Describe().capabilities;
  const std::uint64_t seeds = std::getenv("SEEDS") ? std::stoul(std::getenv("SEEDS")) : 1;
  std::size_t most = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    for (std::uint64_t number = 0; number < kPrograms; ++number) {
      const Program program = GenerateProgram(seed, number, claims);
      const History history = Simulation(backend, program, "/tmp", number).Run();
      const Judgement judgement = JudgeSequential(history, claims);
      if (judgement.verdict == Verdict::kPass) continue;
      ++most;
      std::string story = "seed " + std::to_string(seed) + " number " + std::to_string(number) +
                          ": " + std::string(VerdictName(judgement.verdict)) + "\n";
      if (judgement.failure) {
        for (const std::string& line : TellStory(*judgement.failure, program)) story += line + "\n";
      }
      ADD_FAILURE() << story;
      if (most > 3) return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Variants, Simulated, testing::ValuesIn(AllVariants()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace holdfast::conformance
