// Names what is wrong with answers that no harm can explain, as level `sequential` names it.
//
// Pure: the same run gives the same judgement.
#pragma once

#include <optional>

#include "conformance/check/verdict.h"
#include "conformance/files/run_trial.h"

namespace holdfast::conformance {

/// The first of the answers before any harm was done that the model does not allow.
[[nodiscard]] std::optional<Failure> JudgeBeforeHarm(const TrialRun& run);

/// The same trial with no harm done and one call at a time.
[[nodiscard]] Trial WithoutHarm(Trial trial);

/// The first answer in a run of a trial WithoutHarm() that the model does not allow. What is wrong
/// there is wrong without a harm, so no clause about harmed files may be charged with it.
[[nodiscard]] std::optional<Failure> JudgeUnharmed(const Trial& trial, const TrialRun& run);

}  // namespace holdfast::conformance
