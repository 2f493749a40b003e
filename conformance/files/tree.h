// What stands below a directory: kinds, modes, bytes and where links lead.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace holdfast::conformance {

struct Node {
  mode_t mode = 0;  ///< As stat(2) has it: kind and permissions.
  ino_t inode = 0;
  /// A file's bytes, or where a symbolic link leads. Of a file of more than 4 MiB its beginning and
  /// a sum of the rest, which no reader takes for JSON.
  std::string content;

  [[nodiscard]] mode_t Kind() const;
  [[nodiscard]] unsigned Permissions() const;
  [[nodiscard]] bool IsFile() const;
  [[nodiscard]] bool IsFolder() const;
};

/// By path, relative to the directory. Symbolic links are not followed.
using Tree = std::map<std::string, Node>;

[[nodiscard]] Tree TreeBelow(const std::filesystem::path& dir);

/// "regular file", "symbolic link", …
[[nodiscard]] std::string KindInWords(const Node& node);
/// "0600".
[[nodiscard]] std::string ModeInWords(const Node& node);

/// Whether a path is a folder's, or of something in it.
[[nodiscard]] bool IsBelow(const std::string& path, const std::string& folder);

/// The first difference that a person should see between what stands at the paths that are
/// not below `except`; nothing where there is none. The times of files do not count.
[[nodiscard]] std::optional<std::string> DifferenceOutside(const Tree& before, const Tree& after,
                                                           const std::string& except);

}  // namespace holdfast::conformance
