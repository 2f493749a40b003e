// `holdfast trace`: what a store does to its directory, step by step, and which operations it made
// durable before it acknowledged them.
#pragma once

#include <filesystem>

#include "conformance/actor/driver_client.h"
#include "conformance/report/exit_code.h"

namespace holdfast::conformance {

/// Runs a small program on a new store below `dir` under the supervisor and prints its steps.
/// Returns kConforms where the program came to its end, whatever the audit says.
/// Errors: a Complaint, where nothing can be supervised here or the driver is at fault.
[[nodiscard]] ExitCode TraceSteps(const DriverSource& source, const std::filesystem::path& dir,
                                  const DriverTimeouts& timeouts);

}  // namespace holdfast::conformance
