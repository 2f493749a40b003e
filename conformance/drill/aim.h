// A long drill, aimed at a call in which the store does more than it does each time.
#pragma once

#include "conformance/drill/run_drill.h"

namespace holdfast::conformance {

/// Of a drill with a long fill: what a store does every so many writes, such as rewriting a log, is
/// looked for by following a process that makes the whole fill. The call in which it is done
/// becomes the first one of the process that is struck, and the fill ends before it. Without such a
/// call, and with a short fill, the drill as it is.
[[nodiscard]] Drill Aimed(Drill drill, const DrillGround& ground);

}  // namespace holdfast::conformance
