#include "conformance/cli/kept_failures.h"

#include <algorithm>

#include "conformance/cli/complaint.h"
#include "conformance/cli/whole_file.h"

namespace holdfast::conformance {
namespace {

constexpr std::string_view kSuffix = ".replay.json";

Expected<ReplayFile, std::string> TryLoad(const std::filesystem::path& path) {
  const auto text = TryReadFile(path);
  if (!text) return Unexpected(text.error());
  auto replay = ReadReplay(*text);
  if (!replay) return Unexpected(path.string() + ": " + replay.error());
  return replay;
}

}  // namespace

int RunsToTrust(const FailureRate& rate) {
  constexpr std::int64_t kMostKeptRuns = 200;
  constexpr std::int64_t kConfidence = 3;  // 1 in 20 is about e to the power of -3
  constexpr int kSeldom = 10;              // one in so many, of what was seen once and not again
  const std::int64_t failed = std::max(rate.failed, 1);
  const bool is_seldom = rate.runs > 0 && rate.failed == 0;
  const std::int64_t runs = std::max(rate.runs, is_seldom ? kSeldom : 1);
  return static_cast<int>(std::clamp<std::int64_t>((kConfidence * runs + failed - 1) / failed,
                                                   kFewestKeptRuns, kMostKeptRuns));
}

std::string HowOften(const FailureRate& rate) {
  return std::to_string(rate.failed) + " of " + std::to_string(rate.runs) + " times";
}

ReplayFile LoadReplay(const std::filesystem::path& path) {
  auto replay = TryLoad(path);
  if (!replay) ComplainOfUsage(replay.error());
  return std::move(*replay);
}

KeptFiles LoadKept(const std::filesystem::path& folder) {
  KeptFiles kept;
  std::error_code error;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().filename().string().ends_with(kSuffix)) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    if (auto replay = TryLoad(path)) {
      kept.files.emplace_back(path.filename().string(), std::move(*replay));
    } else {
      kept.remarks.push_back("passed over a kept failure: " + replay.error());
    }
  }
  return kept;
}

}  // namespace holdfast::conformance
