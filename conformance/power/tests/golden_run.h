// Three operations on a small store, and what it makes of every state that the plug could leave of
// them: the smallest form of what a campaign does, for a table that is known beforehand.
#pragma once

#include <map>
#include <string>

#include "conformance/actor/driver_source.h"
#include "conformance/power/disk_states.h"
#include "conformance/supervise/tests/supervised.h"

namespace holdfast::power {

/// A run that opened a store, registered three times and closed. `is_made_before`: another run had
/// opened and closed it, and that is durable.
[[nodiscard]] conformance::Finished RecordThree(const conformance::DriverSource& source,
                                                bool is_made_before = false);

/// What became of the states of a run, by profile.
struct Outcome {
  /// "ok", or all that went wrong, in this order: "first" where it did so only before the first
  /// operation was acknowledged, "lost" (what was acknowledged is not there), "corrupt" (it does
  /// not open, cannot be used or holds what nobody wrote).
  std::string text;
  std::map<std::string, std::string> examples;  ///< One for each of these words.
  std::size_t states = 0;
  std::string how_thorough;
  std::vector<std::string> mapped;
};

/// Opens every state with the same driver. Errors: throws std::runtime_error where the harness does
/// not work.
[[nodiscard]] Outcome OpenAll(const conformance::Finished& run,
                              const conformance::DriverSource& source, Profile profile);

}  // namespace holdfast::power
