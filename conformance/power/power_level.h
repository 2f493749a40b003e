// Level `power`: the plug is pulled wherever it could hurt (DUR-4).
#pragma once

#include "conformance/drill/drill_campaign.h"

namespace holdfast::conformance {

[[nodiscard]] const DrillLevel& PowerLevel();

}  // namespace holdfast::conformance
