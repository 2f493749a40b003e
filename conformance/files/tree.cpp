#include "conformance/files/tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "conformance/actor/descriptor.h"
#include "conformance/campaign/files.h"

namespace holdfast::conformance {

namespace {

constexpr off_t kLargestHeld = off_t{4} << 20;
constexpr std::size_t kHead = 65'536;
constexpr std::size_t kBlock = 65'536;

// The beginning of a large file, and a sum over all that is not zero, without reading its holes.
std::string SumOf(const std::filesystem::path& path, off_t size) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  std::string head;
  std::uint64_t sum = 0xcbf29ce484222325U;
  std::vector<char> block(kBlock);
  for (off_t at = 0; fd.get() >= 0;) {
    at = ::lseek(fd.get(), at, SEEK_DATA);
    if (at < 0) break;
    const off_t aligned = at / static_cast<off_t>(kBlock) * static_cast<off_t>(kBlock);
    const ssize_t got = ::pread(fd.get(), block.data(), block.size(), aligned);
    if (got <= 0) break;
    if (aligned == 0) head.assign(block.data(), std::min(static_cast<std::size_t>(got), kHead));
    for (ssize_t byte = 0; byte < got; ++byte) {
      const auto value = static_cast<unsigned char>(block[static_cast<std::size_t>(byte)]);
      if (value != 0)
        sum = (sum ^ (static_cast<std::uint64_t>(aligned + byte) + value)) * 0x100000001b3U;
    }
    at = aligned + static_cast<off_t>(kBlock);
  }
  head.resize(head.find_last_not_of('\0') + 1);
  return head + std::string(1, '\0') + " … " + std::to_string(size) + " bytes, sum " +
         std::to_string(sum);
}

}  // namespace

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
    if (node.IsFile()) {
      node.content = seen.st_size > kLargestHeld ? SumOf(at->path(), seen.st_size)
                                                 : ReadFile(at->path()).value_or("");
    }
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

bool IsBelow(const std::string& path, const std::string& folder) {
  return path == folder || path.starts_with(folder + "/");
}

std::optional<std::string> DifferenceOutside(const Tree& before, const Tree& after,
                                             const std::string& except) {
  for (const auto& [path, node] : after) {
    if (IsBelow(path, except)) continue;
    const auto earlier = before.find(path);
    if (earlier == before.end()) return path + " is new";
    if (earlier->second.mode != node.mode) {
      return path + " became a " + KindInWords(node) + " of mode " + ModeInWords(node);
    }
    if (earlier->second.content != node.content) return path + " holds something else";
  }
  for (const auto& [path, node] : before) {
    if (!IsBelow(path, except) && after.count(path) == 0) return path + " is gone";
  }
  return std::nullopt;
}

}  // namespace holdfast::conformance
