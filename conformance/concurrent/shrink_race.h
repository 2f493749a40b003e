// Cuts a race that fails now and then down to a small one that still does.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "conformance/campaign/level.h"
#include "conformance/concurrent/judge_race.h"
#include "conformance/concurrent/race.h"

namespace holdfast::conformance {

/// A run of a race that failed.
struct FailedRace {
  Race race;
  RaceRun run;
  RaceJudgement judgement;
};

/// Runs a race once: what failed, or nothing where nothing did.
using TryRace = std::function<std::optional<FailedRace>(const Race&)>;

struct ShrunkRace {
  FailedRace best;
  FailureRate rate;        ///< Of the race in `best`.
  bool cut_short = false;  ///< There was no time to try all.
};

/// The smallest failing race found by `deadline`; `found` where no smaller one fails. How often a
/// candidate is tried follows from how often `found` failed when it was run again. First all that
/// the story does not tell is left out at once; then phases, branches, calls and disturbances, one
/// at a time. Ends early once `is_interrupted`, which may be empty, says so.
[[nodiscard]] ShrunkRace ShrinkRace(FailedRace found, const TryRace& try_race,
                                    std::chrono::steady_clock::time_point deadline,
                                    const std::function<bool()>& is_interrupted = {});

}  // namespace holdfast::conformance
