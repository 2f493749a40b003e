// Runs a program against a driver and records what happened. Judges nothing.
#pragma once

#include <filesystem>
#include <optional>

#include "conformance/campaign/session.h"
#include "conformance/history/history.h"
#include "conformance/program/program.h"

namespace holdfast::conformance {

struct Run {
  History history;
  std::optional<DriverFault> fault;  ///< Set where the driver, not the store, ended the run.
};

/// Runs `program` with its stores below `dir`, which exists and is empty. The session's driver is
/// kept, unless it was at fault. Not promised: anything about what is left in `dir`.
[[nodiscard]] Run RunProgram(const Program& program, Session& session,
                             const std::filesystem::path& dir);

/// Where format envelope/1 keeps the file of a namespace, below the state directory (FILE-1).
[[nodiscard]] std::filesystem::path EnvelopePath(const std::filesystem::path& state_dir,
                                                 const std::string& namespace_name);

}  // namespace holdfast::conformance
