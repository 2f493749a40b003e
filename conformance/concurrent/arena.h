// Runs and judges races one after another, on driver processes that are kept.
#pragma once

#include <filesystem>
#include <optional>

#include "conformance/concurrent/judge_race.h"

namespace holdfast::conformance {

/// Threads: not shared; the thread that made it has to outlive it.
class Arena {
 public:
  /// Each race has a new folder below `dir`. Where `description` is given, a driver that describes
  /// itself otherwise is at fault.
  Arena(const DriverSource& source, const DriverTimeouts& timeouts,
        std::optional<BackendDescription> description, std::filesystem::path dir);

  struct Outcome {
    RaceRun run;
    RaceJudgement judgement;  ///< Of a run without a driver fault.
  };

  /// Runs a race once; again where it failed in a way that a busy machine can fake, and such a
  /// failure counts only where it shows again.
  [[nodiscard]] Outcome Run(const Race& race);

 private:
  Outcome RunOnce(const Race& race);

  Crew crew_;
  DriverTimeouts timeouts_;
  std::filesystem::path dir_;
};

}  // namespace holdfast::conformance
