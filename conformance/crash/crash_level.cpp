#include "conformance/crash/crash_level.h"

#include "conformance/crash/crash_drill.h"

namespace holdfast::conformance {

const DrillLevel& CrashLevel() {
  static const DrillLevel kLevel = {Level::kCrash, RunCrashDrill, &CrashSituations(), 60};
  return kLevel;
}

}  // namespace holdfast::conformance
