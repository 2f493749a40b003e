#include "conformance/files/tree.h"

#include <sys/stat.h>

#include <cstdio>

#include "conformance/campaign/files.h"

namespace holdfast::conformance {

mode_t Node::Kind() const { return mode & S_IFMT; }
unsigned Node::Permissions() const { return mode & 07777U; }
bool Node::IsFile() const { return S_ISREG(mode); }
bool Node::IsFolder() const { return S_ISDIR(mode); }

Tree TreeBelow(const std::filesystem::path& dir) {
  Tree tree;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(dir, error), end; !error && at != end;
       at.increment(error)) {
    struct stat seen {};
    if (::lstat(at->path().c_str(), &seen) != 0) continue;
    Node node{seen.st_mode, seen.st_ino, ""};
    if (node.IsFile()) node.content = ReadFile(at->path()).value_or("");
    std::error_code none;
    if (S_ISLNK(seen.st_mode)) node.content = std::filesystem::read_symlink(at->path(), none);
    tree.emplace(at->path().lexically_relative(dir).string(), std::move(node));
  }
  return tree;
}

std::string KindInWords(const Node& node) {
  switch (node.Kind()) {
    case S_IFREG:
      return "regular file";
    case S_IFDIR:
      return "directory";
    case S_IFLNK:
      return "symbolic link";
    case S_IFIFO:
      return "FIFO";
    case S_IFSOCK:
      return "socket";
    default:
      return "device";
  }
}

std::string ModeInWords(const Node& node) {
  char text[8];
  std::snprintf(text, sizeof text, "%04o", node.Permissions());
  return text;
}

std::optional<std::string> DifferenceOutside(const Tree& before, const Tree& after,
                                             const std::string& except) {
  for (const auto& [path, node] : after) {
    if (path.rfind(except, 0) == 0) continue;
    const auto earlier = before.find(path);
    if (earlier == before.end()) return path + " is new";
    if (earlier->second.mode != node.mode) {
      return path + " became a " + KindInWords(node) + " of mode " + ModeInWords(node);
    }
    if (earlier->second.content != node.content) return path + " holds something else";
  }
  for (const auto& [path, node] : before) {
    if (path.rfind(except, 0) != 0 && after.count(path) == 0) return path + " is gone";
  }
  return std::nullopt;
}

}  // namespace holdfast::conformance
