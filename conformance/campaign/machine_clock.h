// The machine's clock, as stores without a virtual one see it.
#pragma once

#include "conformance/history/history.h"

namespace holdfast::conformance {

/// Now.
[[nodiscard]] SeenMillis MachineMillis();

/// Returns once the machine's clock shows at least `until`.
void AwaitMachineClock(SeenMillis until);

}  // namespace holdfast::conformance
