// `holdfast replay`: runs a kept failure again.
#pragma once

#include <filesystem>

#include "conformance/cli/backends.h"
#include "conformance/report/exit_code.h"
#include "conformance/report/replay_file.h"

namespace holdfast::conformance {

struct ReplayOptions {
  int times = 1;
  std::filesystem::path dir;  ///< Where the stores' folders are made. Exists.
  DriverTimeouts timeouts;
  std::string peer;  ///< As CertifyOptions has it.
};

/// Why a driver with these claims cannot be asked to run a replay file's program; empty where it
/// can.
[[nodiscard]] std::string WhyItCannotRun(const ReplayFile& replay, const Capabilities& claims,
                                         bool has_peer);

/// Runs the program `times` times and tells how often it failed, with the story of its first
/// failure. Returns kDoesNotConform where it failed at all. Errors: a Complaint for a driver fault,
/// and for a program that opens more stores than the driver claims.
[[nodiscard]] ExitCode Replay(const ReplayFile& replay, const Subject& subject,
                              const ReplayOptions& options);

}  // namespace holdfast::conformance
