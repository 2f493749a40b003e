// `holdfast lint-driver`: judges a driver alone.
#pragma once

#include <filesystem>

#include "conformance/actor/driver_client.h"
#include "conformance/report/exit_code.h"

namespace holdfast::conformance {

/// Sends the twelve requests and tells what came back. Returns kDriverFault unless all passed.
[[nodiscard]] ExitCode Lint(const DriverSource& source, const std::filesystem::path& dir,
                            const DriverTimeouts& timeouts);

}  // namespace holdfast::conformance
