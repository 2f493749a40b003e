#include "conformance/fault/fault_level.h"

#include "conformance/fault/fault_drill.h"
#include "conformance/fault/judge_fault.h"

namespace holdfast::conformance {

const DrillLevel& FaultLevel() {
  static const DrillLevel kLevel = {Level::kFault, RunFaultDrill, &FaultSituations(), 60};
  return kLevel;
}

}  // namespace holdfast::conformance
