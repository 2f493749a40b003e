// One program of level `sequential`, run and judged.
#pragma once

#include <filesystem>

#include "conformance/actor/driver_client.h"
#include "conformance/campaign/level.h"
#include "conformance/program/program.h"

namespace holdfast::conformance {

/// Runs a program below a new folder in `dir`, in a new process. Where a store is silent
/// after a kill, twice: no answer is a failure where it is missing both times, a fault of the
/// driver where it is not.
[[nodiscard]] ProgramReport RunSequentialProgram(const Program& program, const DriverSource& source,
                                                 const DriverTimeouts& timeouts,
                                                 const std::filesystem::path& dir);

/// How often a silence is seen by RunSequentialProgram() before it is a failure.
inline constexpr int kRunsOfSilence = 2;

}  // namespace holdfast::conformance
