// One drill of level `fault`: a process is followed once, and then again for each of a choice of
// its steps and each failure that fits there. A failure of the fault's own run is what counts:
// nothing is derived.
#pragma once

#include "conformance/drill/drill_outcome.h"
#include "conformance/drill/run_drill.h"

namespace holdfast::conformance {

/// Where the drill has no plan: strikes up to kFaultsOfADrill of its steps, up to the first
/// failure. Where it has one: strikes there.
[[nodiscard]] DrillOutcome RunFaultDrill(const Drill& drill, const DrillGround& ground);

inline constexpr std::size_t kFaultsOfADrill = 40;

}  // namespace holdfast::conformance
