// The suite's own reading and writing of files below a state directory.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace holdfast::conformance {

/// The bytes of a regular file; nothing where there is none.
[[nodiscard]] std::optional<std::string> ReadFile(const std::filesystem::path& path);

/// Puts `bytes` in the place of a file, in place where it exists (same inode), with directories
/// where they are missing (0700) and a file of mode 0600. The file's modification time differs from
/// what it was, whatever the grain of the file system's clock, so that a store which watches for
/// changes has a fair chance. Errors: throws std::system_error.
void OverwriteFile(const std::filesystem::path& path, const std::string& bytes);

/// Names and bytes of the regular files in a folder, by name; none where there is no such folder.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> RegularFilesIn(
    const std::filesystem::path& folder);

/// Every path below a directory, relative to it, sorted.
[[nodiscard]] std::vector<std::string> PathsBelow(const std::filesystem::path& dir);

/// A directory that is removed, with all that is in it, when its owner goes.
class ScratchDir {
 public:
  /// Makes a new directory with an unguessable name below `parent`, 0700. Errors: throws
  /// std::system_error.
  explicit ScratchDir(const std::filesystem::path& parent);
  ~ScratchDir();
  ScratchDir(const ScratchDir&) = delete;
  ScratchDir& operator=(const ScratchDir&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace holdfast::conformance
