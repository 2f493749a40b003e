#include "conformance/cli/kept_failures.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

#include "conformance/cli/complaint.h"

namespace holdfast::conformance {
namespace {

constexpr std::string_view kSuffix = ".replay.json";

Expected<std::string, std::string> TryRead(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return Unexpected(path.string() + " is a directory");
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file) {
    return Unexpected("cannot read " + path.string() + ": " +
                      std::generic_category().message(errno));
  }
  return text.str();
}

Expected<ReplayFile, std::string> TryLoad(const std::filesystem::path& path) {
  const auto text = TryRead(path);
  if (!text) return Unexpected(text.error());
  auto replay = ReadReplay(*text);
  if (!replay) return Unexpected(path.string() + ": " + replay.error());
  return replay;
}

}  // namespace

ReplayFile LoadReplay(const std::filesystem::path& path) {
  auto replay = TryLoad(path);
  if (!replay) ComplainOfUsage(replay.error());
  return std::move(*replay);
}

std::string ReadWholeFile(const std::filesystem::path& path, const std::string& option) {
  return ValueOf(option, TryRead(path));
}

void WriteWholeFile(const std::filesystem::path& path, const std::string& text) {
  const std::filesystem::path fresh = path.string() + ".new";
  std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) {
    const int code = errno;
    throw std::system_error(code, std::generic_category(), "cannot write " + path.string());
  }
  std::filesystem::rename(fresh, path);
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
