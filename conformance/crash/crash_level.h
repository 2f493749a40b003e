// Level `crash`: kill -9 at every step that a process takes on the store's directory.
#pragma once

#include "conformance/drill/drill_campaign.h"

namespace holdfast::conformance {

[[nodiscard]] const DrillLevel& CrashLevel();

}  // namespace holdfast::conformance
