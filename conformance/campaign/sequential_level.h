// Level `sequential`: random programs of one client, with restarts, kills between operations and
// damaged files, each result compared with the model.
#pragma once

#include "conformance/campaign/level.h"
#include "conformance/campaign/tell_story.h"  // IWYU pragma: export
#include "conformance/program/program.h"

namespace holdfast::conformance {

/// Programs planned for each minute of the budget.
inline constexpr std::uint64_t kSequentialProgramsPerMinute = 2520;

/// Runs the level. `description` is what the backend said in its hello reply.
/// Threads: forks worker processes, so the caller has one thread.
[[nodiscard]] LevelReport RunSequentialLevel(const DriverSource& source,
                                             const BackendDescription& description,
                                             const LevelOptions& options);

}  // namespace holdfast::conformance
