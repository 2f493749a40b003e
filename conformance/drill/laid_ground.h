// What a drill starts from: the store as the first process left it.
#pragma once

#include <optional>
#include <string>

#include "conformance/drill/drill_outcome.h"
#include "conformance/drill/ledger.h"
#include "conformance/drill/run_drill.h"

namespace holdfast::conformance {

struct LaidGround {
  SeenProcess filled;  ///< The process that filled the store, where the drill has one.
  trace::Tree tree;    ///< What it left.
  Ledger ledger;       ///< What the store holds then.
};

/// Lets the first process fill a store below the ground's folder. Errors: an outcome that says what
/// the driver, or the store with nothing to disturb it, did wrong.
[[nodiscard]] Expected<LaidGround, DrillOutcome> LayGround(const Drill& drill,
                                                           const DrillGround& ground,
                                                           DrillClock& clock);

/// Takes in the calls of a process that nothing struck. Why they do not conform, as a sentence:
/// that is another level's to tell.
[[nodiscard]] std::optional<std::string> WhyNotUndisturbed(const SeenProcess& seen, Ledger& ledger);

}  // namespace holdfast::conformance
