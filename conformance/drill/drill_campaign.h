// A level that is made of drills: draws them, runs them in worker processes, cuts failures down.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "conformance/campaign/level.h"
#include "conformance/drill/drill_outcome.h"
#include "conformance/drill/run_drill.h"

namespace holdfast::conformance {

/// What makes such a level different from another one.
struct DrillLevel {
  Level level = Level::kCrash;
  /// Runs a drill; one without a plan is explored.
  std::function<DrillOutcome(const Drill&, const DrillGround&)> run;
  const std::vector<Situation>* situations = nullptr;
  std::uint64_t drills_per_minute = 60;
  /// Draws a drill: see DrawDrill().
  Drill (*draw)(std::uint64_t seed, std::uint64_t number, const Capabilities& claims) = DrawDrill;
  /// The last word on the report, where the level has one.
  void (*finish)(LevelReport& report, const Capabilities& claims) = nullptr;
  /// What all failures that are told have together.
  std::chrono::milliseconds shrink_time = std::chrono::seconds(8);
};

/// Threads: forks worker processes, so the caller has one thread.
/// Errors: throws std::logic_error, where a derived state is not what a real kill left.
[[nodiscard]] LevelReport RunDrillLevel(const DrillLevel& level, const DriverSource& source,
                                        const BackendDescription& description,
                                        const LevelOptions& options);

/// One drill, run once and judged: below a new folder in `dir`, in new processes.
[[nodiscard]] ProgramReport RunDrillProgram(const DrillLevel& level, const Drill& drill,
                                            const DriverSource& source,
                                            const DriverTimeouts& timeouts,
                                            const std::filesystem::path& dir);

}  // namespace holdfast::conformance
