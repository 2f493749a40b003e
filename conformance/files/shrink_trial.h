// Cuts a trial that fails down to a small one that fails by the same name.
#pragma once

#include <chrono>
#include <functional>

#include "conformance/files/trial.h"

namespace holdfast::conformance {

/// Whether a trial fails as it should.
using TrialFails = std::function<bool(const Trial&)>;

/// The smallest failing trial found by `deadline`: rounds, calls and clients are left out one at a
/// time, then whatever else is out of the ordinary.
[[nodiscard]] Trial ShrinkTrial(Trial trial, const TrialFails& fails,
                                std::chrono::steady_clock::time_point deadline);

}  // namespace holdfast::conformance
