// The levels that this version has, each behind the same few functions.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "conformance/campaign/level.h"

namespace holdfast::conformance {

/// True where this version can run the level.
[[nodiscard]] bool IsPartOfThisVersion(Level level);

/// Runs a level that is part of this version. `description` is what the backend said in its hello
/// reply. Threads: forks worker processes, so the caller has one thread.
[[nodiscard]] LevelReport RunLevel(Level level, const DriverSource& source,
                                   const BackendDescription& description,
                                   const LevelOptions& options);

/// Whether `program` is one of the level's. Errors: a sentence saying what is wrong and where.
[[nodiscard]] Expected<void, std::string> CheckProgram(Level level, const Json& program);

/// What a program is run on: the backend's driver, and of level `files` a second backend's.
struct ProgramDrivers {
  const DriverSource& source;
  const DriverTimeouts& timeouts;
  std::optional<DriverSource> peer = std::nullopt;
};

/// Runs a program that CheckProgram() accepts, below a new folder in `dir`, in new processes.
[[nodiscard]] ProgramReport RunProgramOf(Level level, const Json& program,
                                         const ProgramDrivers& drivers,
                                         const std::filesystem::path& dir);

/// True where the program can be run only with a second backend.
[[nodiscard]] bool NeedsPeer(Level level, const Json& program);

/// The situations that the level counts; none where it is not part of this version.
[[nodiscard]] std::vector<Situation> SituationsOf(Level level);

}  // namespace holdfast::conformance
