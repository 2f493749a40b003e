// Level `files`: damage to the files of a store, things in their way, and several processes that
// find it at once; each trial judged by the spec's own parser and the model.
#pragma once

#include "conformance/campaign/level.h"
#include "conformance/files/cast.h"
#include "conformance/files/trial.h"

namespace holdfast::conformance {

/// Trials planned for each minute of the budget.
inline constexpr std::uint64_t kTrialsPerMinute = 600;

/// Runs the level. `description` is what the backend said in its hello reply.
/// Threads: forks worker processes, so the caller has one thread.
[[nodiscard]] LevelReport RunFilesLevel(const DriverSource& source,
                                        const BackendDescription& description,
                                        const LevelOptions& options);

/// One trial, run once and judged: below a new folder in `dir`, in new processes.
[[nodiscard]] ProgramReport RunFilesProgram(const Trial& trial, const Players& players,
                                            const std::filesystem::path& dir);

}  // namespace holdfast::conformance
