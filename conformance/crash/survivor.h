// Two processes have a store open; one is killed at a step, the other one goes on.
#pragma once

#include <vector>

#include "conformance/drill/drill_outcome.h"
#include "conformance/drill/ledger.h"
#include "conformance/drill/run_drill.h"

namespace holdfast::conformance {

/// What the two processes start from.
struct SurvivalScene {
  const Drill& drill;
  const SeenProcess& filled;  ///< The process that filled the store.
  const trace::Tree& start;   ///< What it left.
  const Ledger& base;         ///< What the store holds then.
};

/// A kill at some of the steps of the first call of a process that was followed.
[[nodiscard]] std::vector<trace::Plan> PlansOfFirstCall(const trace::Trace& trace);

/// One process makes the drill's first call under each plan in its turn; `second` opens the store
/// before, writes meanwhile and carries on after. Up to the first failure.
[[nodiscard]] DrillOutcome RunSurvivals(const SurvivalScene& scene,
                                        const std::vector<trace::Plan>& plans, Session& second,
                                        const DrillGround& ground, DrillClock& clock);

}  // namespace holdfast::conformance
