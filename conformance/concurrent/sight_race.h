// Which situations of level `concurrent` a run has met.
#pragma once

#include "conformance/check/situations.h"
#include "conformance/concurrent/run_race.h"
#include "conformance/judge/judge.h"

namespace holdfast::conformance {

/// Adds to `met` what the history shows. Which killed calls took effect, the verdict's witness
/// tells.
void SightRace(const Race& race, const RaceRun& run, const HistoryJudgement& judged, Coverage& met);

}  // namespace holdfast::conformance
