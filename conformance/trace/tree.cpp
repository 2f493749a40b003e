#include "conformance/trace/tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include "conformance/trace/digest.h"

namespace holdfast::trace {
namespace {

namespace fs = std::filesystem;

std::string Sentence(const char* what, const fs::path& path) {
  return std::string("cannot ") + what + " " + path.string() + ": " + std::strerror(errno);
}

// The node at a path. Errors: a sentence.
Expected<Node, std::string> NodeAt(const fs::path& path, const struct stat& seen) {
  Node node;
  node.mode = seen.st_mode;
  if (S_ISREG(seen.st_mode)) {
    if (seen.st_size > kMostFileBytes) {
      return Unexpected(path.filename().string() + " has " + std::to_string(seen.st_size) +
                        " bytes: more than the suite keeps of a file");
    }
    std::ifstream file(path, std::ios::binary);
    node.bytes.assign(std::istreambuf_iterator<char>(file), {});
    if (!file) return Unexpected(Sentence("read", path));
  } else if (S_ISLNK(seen.st_mode)) {
    std::error_code error;
    node.bytes = fs::read_symlink(path, error).string();
    if (error) return Unexpected(Sentence("read the link", path));
  }
  return node;
}

bool MakeNode(const Node& node, const std::string& path) {
  switch (node.mode & S_IFMT) {
    case S_IFDIR:
      return mkdir(path.c_str(), 0700) == 0;
    case S_IFLNK:
      return symlink(node.bytes.c_str(), path.c_str()) == 0;
    case S_IFIFO:
      return mkfifo(path.c_str(), 0600) == 0 && chmod(path.c_str(), node.mode & 07777U) == 0;
    case S_IFREG: {
      const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
      if (fd < 0) return false;
      std::size_t at = 0;
      while (at < node.bytes.size()) {
        const ssize_t wrote = write(fd, node.bytes.data() + at, node.bytes.size() - at);
        if (wrote < 0) break;
        at += static_cast<std::size_t>(wrote);
      }
      const bool is_made = at == node.bytes.size() && fchmod(fd, node.mode & 07777U) == 0;
      return close(fd) == 0 && is_made;
    }
    default:
      errno = ENOTSUP;
      return false;
  }
}

// A line for each name: what it leads to, with hard links told by the first name.
std::string LineOf(const Tree& tree, const std::string& path, FileId file,
                   std::map<FileId, std::string>& first_names) {
  const auto [first, is_first] = first_names.emplace(file, path);
  const auto node = tree.nodes.find(file);
  if (node == tree.nodes.end()) return "nothing";
  std::string line = std::to_string(node->second.mode);
  if (!is_first) return line + " hard link to " + first->second;
  return line + " " + std::to_string(node->second.bytes.size()) + " " + Digest(node->second.bytes);
}

std::map<std::string, std::string> LinesOf(const Tree& tree) {
  std::map<FileId, std::string> first_names;
  std::map<std::string, std::string> lines = {{"", LineOf(tree, "", 0, first_names)}};
  for (const auto& [path, file] : tree.names) lines[path] = LineOf(tree, path, file, first_names);
  return lines;
}

std::string Said(const std::string& path) { return path.empty() ? "the directory itself" : path; }

}  // namespace

std::optional<FileId> Tree::Find(const std::string& path) const {
  if (path.empty()) return 0;
  const auto found = names.find(path);
  if (found == names.end()) return std::nullopt;
  return found->second;
}

Expected<Tree, std::string> ReadTree(const fs::path& dir) {
  Tree tree;
  std::vector<std::string> paths;
  std::error_code error;
  for (fs::recursive_directory_iterator at(dir, error), end; !error && at != end;
       at.increment(error)) {
    paths.push_back(at->path().lexically_relative(dir).string());
  }
  struct stat seen {};
  if (error || stat(dir.c_str(), &seen) != 0) {
    return Unexpected("cannot read the directory " + dir.string() + ": " + error.message());
  }
  tree.nodes[0].mode = seen.st_mode;
  std::sort(paths.begin(), paths.end());
  std::map<std::pair<dev_t, ino_t>, FileId> known;
  for (const std::string& path : paths) {
    const fs::path full = dir / path;
    if (lstat(full.c_str(), &seen) != 0) return Unexpected(Sentence("look at", full));
    const auto [file, is_new] = known.emplace(std::pair{seen.st_dev, seen.st_ino}, tree.next);
    tree.names[path] = file->second;
    if (!is_new) continue;
    auto node = NodeAt(full, seen);
    if (!node) return Unexpected(std::move(node.error()));
    tree.nodes[tree.next++] = std::move(*node);
  }
  return tree;
}

Expected<void, std::string> WriteTree(const Tree& tree, const fs::path& dir) {
  std::map<FileId, std::string> made;
  std::vector<std::pair<std::string, unsigned>> directories = {{dir, tree.nodes.at(0).mode}};
  for (const auto& [path, file] : tree.names) {  // a directory comes before what is in it
    const std::string full = dir / path;
    const Node& node = tree.nodes.at(file);
    const auto [first, is_first] = made.emplace(file, full);
    if (is_first ? !MakeNode(node, full) : link(first->second.c_str(), full.c_str()) != 0)
      return Unexpected(Sentence("make", full));
    if (S_ISDIR(node.mode)) directories.emplace_back(full, node.mode);
  }
  for (auto at = directories.rbegin(); at != directories.rend(); ++at) {
    if (chmod(at->first.c_str(), at->second & 07777U) != 0)
      return Unexpected(Sentence("set the mode of", at->first));
  }
  return {};
}

std::string ContentHash(const Tree& tree) {
  std::string all;
  for (const auto& [path, line] : LinesOf(tree)) all += path + '\0' + line + '\n';
  return Digest(all);
}

std::optional<std::string> Difference(const Tree& expected, const Tree& found,
                                      const std::function<bool(const std::string&)>& except) {
  const auto wanted = LinesOf(expected);
  const auto seen = LinesOf(found);
  for (const auto& [path, line] : wanted) {
    if (except && except(path)) continue;
    const auto other = seen.find(path);
    if (other == seen.end()) return Said(path) + " is missing";
    if (other->second != line)
      return Said(path) + " is " + other->second + " and not " + line + " (mode, size, digest)";
  }
  for (const auto& [path, line] : seen) {
    if ((!except || !except(path)) && wanted.count(path) == 0) return Said(path) + " is too much";
  }
  return std::nullopt;
}

std::vector<std::string> MappedPaths(const Tree& tree) {
  std::vector<std::string> paths;
  for (const auto& [path, file] : tree.names) {
    const auto node = tree.nodes.find(file);
    if (node != tree.nodes.end() && node->second.is_mapped) paths.push_back(path);
  }
  return paths;
}

}  // namespace holdfast::trace
