// What a directory holds, in memory: names, files with their bytes and modes, symbolic links, hard
// links. Owners, times and locks are not in it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "conformance/trace/step.h"
#include "holdfast/spec/expected.h"

namespace holdfast::trace {

/// What stands at one or several names, or at none any more.
struct Node {
  unsigned mode = 0;       ///< As stat(2) has it: kind and permissions.
  std::string bytes;       ///< A file's content, or where a symbolic link leads.
  bool is_mapped = false;  ///< Mapped shared and writable: its bytes are what was seen of them.
  bool operator==(const Node&) const = default;
};

/// A value: copies share nothing.
struct Tree {
  std::map<FileId, Node> nodes;         ///< 0 is the directory itself.
  std::map<std::string, FileId> names;  ///< By path relative to the directory; not "" itself.
  FileId next = 1;                      ///< Of the next file that is made.

  /// The file a path leads to, "" for the directory itself; nothing where there is none. Symbolic
  /// links are not followed.
  [[nodiscard]] std::optional<FileId> Find(const std::string& path) const;
};

/// Files are held whole, so a larger one is none of the suite's: 256 MiB.
inline constexpr std::int64_t kMostFileBytes = std::int64_t{256} << 20;

/// Reads a directory and numbers what it finds: see FileId. Errors: a sentence, for one where a
/// file is larger than kMostFileBytes.
[[nodiscard]] Expected<Tree, std::string> ReadTree(const std::filesystem::path& dir);

/// Makes what the tree holds in an existing empty directory, which takes on the mode of the tree's
/// own. Nothing is made durable. Errors: a sentence; then a part may have been made.
[[nodiscard]] Expected<void, std::string> WriteTree(const Tree& tree,
                                                    const std::filesystem::path& dir);

/// 32 hexadecimal digits that stand for all names with what they lead to; equal for trees that
/// look the same, however their files are numbered.
[[nodiscard]] std::string ContentHash(const Tree& tree);

/// The first difference by path, as a sentence for a person; nothing where both look the same.
/// `except` leaves paths out, where it is given.
[[nodiscard]] std::optional<std::string> Difference(
    const Tree& expected, const Tree& found,
    const std::function<bool(const std::string& path)>& except = {});

/// The paths of files that are, or were, mapped shared and writable.
[[nodiscard]] std::vector<std::string> MappedPaths(const Tree& tree);

}  // namespace holdfast::trace
