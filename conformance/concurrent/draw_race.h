// Draws races. Pure: the same seed, number, claims and aim give the same race.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/concurrent/race.h"
#include "holdfast/spec/capabilities.h"

namespace holdfast::conformance {

/// What of a backend decides which roads its clients can take.
struct Reach {
  Capabilities claims;
  bool linked = false;
  [[nodiscard]] bool operator==(const Reach&) const = default;
};

/// The roads that the claims allow, most telling first; none where nothing can be at work at once.
[[nodiscard]] std::vector<Road> RoadsOf(const Reach& reach);

/// Why there is no road, as a sentence.
[[nodiscard]] std::string WhyNoRoad(const Reach& reach);

/// The race of that number. Needs a road. `aim` names one of ConcurrentSituations() that the race
/// is likely to meet; where it is empty the number decides what the race is like.
[[nodiscard]] Race DrawRace(std::uint64_t seed, std::uint64_t number, const Reach& reach,
                            std::string_view aim = "");

}  // namespace holdfast::conformance
