// Programs that are aimed at a situation must meet it, or floors that are missed are never made up.
#include <gtest/gtest.h>

#include <filesystem>

#include "conformance/backends/reference/reference_backend.h"
#include "conformance/campaign/files.h"
#include "conformance/campaign/run_program.h"
#include "conformance/check/sequential.h"
#include "conformance/program/generate.h"

namespace holdfast::conformance {
namespace {

constexpr std::uint64_t kPrograms = 24;

// As the level plans it: a few dozen programs must do.
TEST(Aims, MeetEverySituationThatTheReferenceClaims) {
  const auto backend = MakeReferenceBackend();
  const Capabilities claims = backend->Describe().capabilities;
  DriverSource source;
  source.linked = backend.get();
  Session session(source);
  const std::filesystem::path memory = "/dev/shm";
  const ScratchDir scratch(
      std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path());
  for (const Situation& situation : SequentialSituations()) {
    if (!situation.claimed(claims)) continue;
    Coverage coverage;
    for (std::uint64_t number = 0;
         number < kPrograms && coverage.Hits(situation.name) < situation.floor; ++number) {
      const ScratchDir dir(scratch.path());
      const Program program = GenerateProgram(1, number, claims, situation.name);
      const auto run = RunProgram(program, session, dir.path());
      ASSERT_FALSE(run.fault) << run.fault->message;
      const Judgement judgement = JudgeSequential(run.history, claims);
      EXPECT_EQ(judgement.verdict, Verdict::kPass) << situation.name << " " << number;
      for (const auto& [name, hits] : judgement.coverage.hits()) coverage.Add(name, hits);
    }
    EXPECT_GE(coverage.Hits(situation.name), situation.floor) << situation.name;
  }
}

}  // namespace
}  // namespace holdfast::conformance
