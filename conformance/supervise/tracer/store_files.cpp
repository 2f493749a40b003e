#include "conformance/supervise/tracer/store_files.h"

#include <fcntl.h>
#include <limits.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <vector>

namespace holdfast::tracer {
namespace {

namespace fs = std::filesystem;

constexpr char kDeleted[] = " (deleted)";

[[noreturn]] void Refuse(const std::string& path) {
  throw std::runtime_error("cannot look at " + path + ": " + std::strerror(errno));
}

}  // namespace

std::string KernelPathOf(int fd) {
  char path[PATH_MAX + sizeof kDeleted];
  const ssize_t length =
      readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), path, sizeof path);
  return length < 0 ? "" : std::string(path, static_cast<std::size_t>(length));
}

StoreFiles::StoreFiles(const std::string& directory) {
  Held root(open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  struct stat seen {};
  if (!root.open() || fstat(root.get(), &seen) != 0) Refuse(directory);
  device_ = seen.st_dev;
  root_path_ = KernelPathOf(root.get());
  Meet(std::move(root), seen);
  MeetAllBelow();
}

void StoreFiles::MeetAllBelow() {
  std::vector<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator(root_path_))
    paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    Held held(open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat seen {};
    if (!held.open() || fstat(held.get(), &seen) != 0) Refuse(path);
    if (Find(seen) == nullptr) Meet(std::move(held), seen);
  }
}

StoreFile* StoreFiles::Find(const struct stat& seen) {
  const auto found = files_.find({seen.st_dev, seen.st_ino});
  return found == files_.end() ? nullptr : &found->second;
}

StoreFile& StoreFiles::Meet(Held held, const struct stat& seen) {
  const std::int64_t id = count();
  StoreFile& file = files_[{seen.st_dev, seen.st_ino}];
  file.id = id;
  file.held = std::move(held);
  return file;
}

std::string StoreFiles::PathOf(const StoreFile& file) const {
  if (IsRoot(file)) return "";
  const std::string path = KernelPathOf(file.held.get());
  if (path.size() <= root_path_.size() + 1 || !path.starts_with(root_path_ + "/")) return "";
  if (path.ends_with(kDeleted)) {
    // A name may end like that too; then it leads to the file.
    struct stat named {};
    struct stat own {};
    if (lstat(path.c_str(), &named) != 0 || fstat(file.held.get(), &own) != 0 ||
        named.st_ino != own.st_ino || named.st_dev != own.st_dev) {
      return "";
    }
  }
  return path.substr(root_path_.size() + 1);
}

}  // namespace holdfast::tracer
