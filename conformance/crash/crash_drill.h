// One drill of level `crash`: a process is followed, and every state of the directory that kill -9
// at one of its steps leaves is opened by another process and judged.
//
// One record gives all those states: the steps before k, carried out on the tree of the start. A
// share of them is held against a real kill at that step, and a failure counts only where a real
// kill shows it too.
#pragma once

#include <vector>

#include "conformance/drill/drill_outcome.h"
#include "conformance/drill/run_drill.h"

namespace holdfast::conformance {

/// Where the drill has no plan: tries every step, up to the first failure. Where it has one:
/// strikes there, with a real kill.
[[nodiscard]] DrillOutcome RunCrashDrill(const Drill& drill, const DrillGround& ground);

/// Counts what a kill at step k, after so many answers, is an instance of.
void SightKill(const Drill& drill, const trace::Trace& trace, std::uint64_t k, std::size_t answers,
               Coverage& met);

/// The situations of level `crash`, in the order of their clauses.
[[nodiscard]] const std::vector<Situation>& CrashSituations();

}  // namespace holdfast::conformance
