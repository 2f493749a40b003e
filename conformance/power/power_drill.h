// One drill of level `power`: a process is followed, every state that the plug could leave is built
// under each set of rules, opened by another process, and judged.
//
// The process is followed once as it is; then again with an fsync that fails once, since what such
// an fsync was to keep may stay lost whatever comes after it. Of some states the process that opens
// them is followed too: the plug may be pulled there again.
#pragma once

#include "conformance/drill/drill_outcome.h"
#include "conformance/drill/run_drill.h"

namespace holdfast::conformance {

/// Where the drill has no plan: tries all of that, failing syncs up to the first failure. Where it
/// has one: only the run that it strikes. `profile` leaves out the other sets of rules.
[[nodiscard]] DrillOutcome RunPowerDrill(const Drill& drill, const DrillGround& ground);

/// DrawDrill(), with records that take few pages: a state for each half of a page is many states.
[[nodiscard]] Drill DrawPowerDrill(std::uint64_t seed, std::uint64_t number,
                                   const Capabilities& claims);

/// The situations of level `power`, in the order of their clauses.
[[nodiscard]] const std::vector<Situation>& PowerSituations();

}  // namespace holdfast::conformance
