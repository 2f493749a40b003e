// Judges what a run of a race recorded: by the model, and by what only the run could see.
//
// Pure: the same run gives the same judgement, but where the search runs out of time.
#pragma once

#include <string>
#include <vector>

#include "conformance/check/situations.h"
#include "conformance/check/verdict.h"
#include "conformance/concurrent/run_race.h"

namespace holdfast::conformance {

struct RaceJudgement {
  /// kPass, kFail, or kInconclusive where the search could not decide.
  Verdict verdict = Verdict::kPass;
  std::optional<Failure> failure;
  std::vector<std::string> story;  ///< Of the failure; the first line names clauses and title.
  std::vector<std::size_t> core;   ///< Indices of the calls that the story tells.
  Coverage met;
};

/// A run during which the machine's clock was set says nothing, and passes.
[[nodiscard]] RaceJudgement JudgeRace(const Race& race, const RaceRun& run);

/// The situations of level `concurrent`, in the order of their clauses.
[[nodiscard]] const std::vector<Situation>& ConcurrentSituations();

}  // namespace holdfast::conformance
