// Runs a race and records what happened. Judges nothing but what only the one who was there can
// see: a call that was never answered, and a change made while the suite held the store's lock.
//
// One thread sends every call and takes in every reply, so the order in which it does so is an
// order of time that holds for all clients: a call is recorded before it is sent, a reply after it
// has come.
#pragma once

#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "conformance/check/situations.h"
#include "conformance/check/verdict.h"
#include "conformance/concurrent/crew.h"
#include "conformance/judge/concurrent_history.h"

namespace holdfast::conformance {

struct RaceRun {
  ConcurrentHistory history;
  std::vector<CallPlace> places;  ///< Of each call of the history.
  std::optional<Failure> failure;
  std::optional<DriverFault> fault;  ///< Set where a driver, not the store, ended the run.
  /// The calls that waited for the suite to release the store's lock, and when they were made: what
  /// the history says of their now is when the wait ended (CLK-1).
  std::vector<std::pair<std::size_t, UnixMillis>> waited;
  bool clock_stepped = false;  ///< The machine's clock was set meanwhile: its times mislead.
  Coverage met;                ///< Situations that only the run can tell.
};

/// Runs `race` with its store below `dir`, which exists and is empty. `dir` may hold anything
/// afterwards.
[[nodiscard]] RaceRun RunRace(const Race& race, Crew& crew, const DriverTimeouts& timeouts,
                              const std::filesystem::path& dir);

}  // namespace holdfast::conformance
