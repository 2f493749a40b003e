// What a drill came to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/actor/driver_client.h"
#include "conformance/check/outage.h"
#include "conformance/check/situations.h"
#include "conformance/check/verdict.h"
#include "conformance/drill/drill.h"

namespace holdfast::conformance {

struct DrillOutcome {
  std::optional<Failure> failure;
  std::vector<std::string> story;
  Drill failing;  ///< Where there is a failure: the drill with the plan that shows it.
  std::optional<DriverFault> fault;
  /// Steps that were struck, really or in what was derived, and judged.
  std::uint64_t strikes = 0;
  Coverage met;
  std::vector<OutageRow> outages;  ///< Of level `power`.
  /// Why it could not be judged, as a sentence: a step that is not followed.
  std::optional<std::string> undecided;
  /// It could not, because the process took another way than the drill's approach.
  bool has_parted = false;
  /// A derived state is not what a real kill left, as a sentence: a bug of the suite.
  std::optional<std::string> difference;
};

}  // namespace holdfast::conformance
