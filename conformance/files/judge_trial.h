// Judges what a run of a trial saw: by the spec's parser and the model where the format is
// envelope/1, and by what no store may do where it is not.
//
// Pure: the same run gives the same judgement.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "conformance/check/situations.h"
#include "conformance/check/verdict.h"
#include "conformance/files/run_trial.h"

namespace holdfast::conformance {

struct TrialJudgement {
  std::optional<Failure> failure;  ///< Its step is the number of the round, from 0.
  bool before_harm = false;        ///< It is about an answer that came before any harm was done.
  bool of_answers = false;         ///< It is about an answer, or a refusal, that came after one.
  Coverage met;
  /// Situations that this machine or this user does not allow, with the reason.
  std::map<std::string, std::string> not_arranged;
};

[[nodiscard]] TrialJudgement JudgeTrial(const Trial& trial, const TrialRun& run);

/// The failure as a person reads it; the first line names clauses and title.
[[nodiscard]] std::vector<std::string> TellStory(const Failure& failure, const Trial& trial,
                                                 const TrialRun& run);

/// The situations of level `files`, in the order of their clauses.
[[nodiscard]] const std::vector<Situation>& FilesSituations();

}  // namespace holdfast::conformance
