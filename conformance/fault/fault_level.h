// Level `fault`: every step that a process takes on the store's directory fails.
#pragma once

#include "conformance/drill/drill_campaign.h"

namespace holdfast::conformance {

[[nodiscard]] const DrillLevel& FaultLevel();

}  // namespace holdfast::conformance
