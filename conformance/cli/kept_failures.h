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

/// A replay file read back. Errors: a Complaint, where it cannot be read or is none.
[[nodiscard]] ReplayFile LoadReplay(const std::filesystem::path& path);

/// What a folder holds.
struct KeptFiles {
  std::vector<std::pair<std::string, ReplayFile>> files;  ///< By name.
  std::vector<std::string> remarks;  ///< One sentence for each that cannot be read.
};
[[nodiscard]] KeptFiles LoadKept(const std::filesystem::path& folder);

}  // namespace holdfast::conformance
