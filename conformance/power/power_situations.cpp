#include "conformance/power/power_drill.h"

namespace holdfast::conformance {
namespace {

bool KeepsPower(const Capabilities& c) { return c.persistence == Persistence::kPower; }

}  // namespace

const std::vector<Situation>& PowerSituations() {
  static const std::vector<Situation> kSituations = {
      {"power-kept", {"DUR-4"}, "a state that the loss of power leaves is opened", 50, KeepsPower},
      {"power-fresh", {"DUR-4"}, "a loss of power over a store that is new", 20, KeepsPower},
      {"power-filled",
       {"DUR-4"},
       "a loss of power over a store that holds entries",
       20,
       KeepsPower},
      {"power-after-failed-sync",
       {"DUR-4"},
       "a loss of power after an fsync that had failed",
       10,
       KeepsPower},
      {"power-in-recovery",
       {"DUR-4"},
       "a loss of power while what one left is opened",
       10,
       KeepsPower},
  };
  return kSituations;
}

}  // namespace holdfast::conformance
