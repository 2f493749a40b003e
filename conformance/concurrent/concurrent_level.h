// Level `concurrent`: races of several clients by every road the backend claims, with clients
// killed and stopped at work and the store's lock held by the suite, each history judged for an
// order that explains it.
//
// A store with a known fault runs the same races beside it: how soon that is caught tells how
// strong the races were on this machine.
#pragma once

#include "conformance/campaign/level.h"
#include "conformance/concurrent/race.h"

namespace holdfast::conformance {

/// Races planned for each minute of the budget.
inline constexpr std::uint64_t kRacesPerMinute = 720;

/// Runs the level. `description` is what the backend said in its hello reply.
/// Threads: forks worker processes, so the caller has one thread.
[[nodiscard]] LevelReport RunConcurrentLevel(const DriverSource& source,
                                             const BackendDescription& description,
                                             const LevelOptions& options);

/// One race, run once and judged: below a new folder in `dir`, in new processes.
[[nodiscard]] ProgramReport RunConcurrentProgram(const Race& race, const DriverSource& source,
                                                 const DriverTimeouts& timeouts,
                                                 const std::filesystem::path& dir);

}  // namespace holdfast::conformance
