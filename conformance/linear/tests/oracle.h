// Decides small histories by trying everything: every subset of the optional calls, in every order.
#pragma once

#include "conformance/linear/model.h"
#include "conformance/linear/timeline.h"

namespace holdfast::linear {

/// True where some order of the calls, with some of the optional ones left out, keeps real time and
/// is legal. For up to about eight calls.
[[nodiscard]] bool IsLinearizableByOracle(const Timeline& timeline, Model& model);

}  // namespace holdfast::linear
