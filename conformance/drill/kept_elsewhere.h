// Whether what a store keeps is where these levels look: in its directory, put there by the process
// that is followed. A store behind a server that runs already is not, and what a kill or a loss of
// power would leave of it cannot be told from the directory.
#pragma once

#include <optional>
#include <string>

#include "conformance/drill/run_drill.h"

namespace holdfast::conformance {

/// Follows one register. Returns a sentence where it was acknowledged, is there for a new process,
/// and yet nothing was done to the directory from its opening on; nothing in every other case, also
/// where the store fails, which is for a level to say.
[[nodiscard]] std::optional<std::string> WhyKeptElsewhere(const DrillGround& ground);

}  // namespace holdfast::conformance
