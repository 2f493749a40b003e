// The folder in which failures are kept as replay files, from run to run.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "conformance/report/certificate.h"
#include "conformance/report/replay_file.h"

namespace holdfast::conformance {

/// Where failures are kept unless `--report` names another folder: below the current directory.
inline constexpr std::string_view kDefaultKeepFolder = ".holdfast";

/// However short the time is.
inline constexpr int kFewestKeptRuns = 3;

/// How often a failure of that rate has to pass before it is taken for mended: so often that one
/// in twenty that is not mended gets through. What was never run again is taken to fail each time,
/// what was and did not fail is taken to fail once in ten. Between kFewestKeptRuns and 200.
[[nodiscard]] int RunsToTrust(const FailureRate& rate);

/// "2 of 20 times".
[[nodiscard]] std::string HowOften(const FailureRate& rate);

/// A replay file read back. Errors: a Complaint, where it cannot be read or is none.
[[nodiscard]] ReplayFile LoadReplay(const std::filesystem::path& path);

/// What a folder holds.
struct KeptFiles {
  std::vector<std::pair<std::string, ReplayFile>> files;  ///< By name.
  std::vector<std::string> remarks;  ///< One sentence for each that cannot be read.
};
[[nodiscard]] KeptFiles LoadKept(const std::filesystem::path& folder);

}  // namespace holdfast::conformance
