// Delays at steps of the clients of a race. Pure: the same race, seed and number give the same
// delays.
#pragma once

#include <cstdint>

#include "conformance/concurrent/race.h"

namespace holdfast::conformance {

/// The race with delays at steps drawn by lot, where it is one of processes; what would disturb the
/// clients besides is left out. Where clients only list, they alone are delayed, within their
/// listings. Another race is as it was.
[[nodiscard]] Race WithDelays(Race race, std::uint64_t seed, std::uint64_t number);

/// A race of one phase whose stalled clients are delayed as long instead, at steps of the same call
/// drawn by lot: more likely while they have the exclusion. One without stalls is as it was.
[[nodiscard]] Race WithStallsAtSteps(Race race, std::uint64_t seed, std::uint64_t number);

}  // namespace holdfast::conformance
