// Cuts a drill that fails down to a small one that fails by the same name.
#pragma once

#include <chrono>
#include <functional>

#include "conformance/drill/drill.h"

namespace holdfast::conformance {

/// Whether a drill fails as it should. It is given no plan, since places move when calls are left
/// out.
using DrillFails = std::function<bool(const Drill&)>;

/// The smallest failing drill found by `deadline`: calls, then entries of the fill are left out one
/// at a time.
[[nodiscard]] Drill ShrinkDrill(Drill drill, const DrillFails& fails,
                                std::chrono::steady_clock::time_point deadline);

}  // namespace holdfast::conformance
