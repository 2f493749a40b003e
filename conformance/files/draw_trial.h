// Draws trials: the harms by turns, so that each is met soon; the rest by chance.
#pragma once

#include "conformance/files/trial.h"
#include "holdfast/spec/capabilities.h"

namespace holdfast::conformance {

/// The trial of a number: the same one for the same seed, number, claims and company.
[[nodiscard]] Trial DrawTrial(std::uint64_t seed, std::uint64_t number, const Capabilities& claims,
                              bool has_peer);

}  // namespace holdfast::conformance
