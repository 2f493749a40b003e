#include "conformance/campaign/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <system_error>

namespace holdfast::conformance {
namespace {

[[noreturn]] void Throw(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void CreateFolders(const std::filesystem::path& folder) {
  if (std::filesystem::exists(folder)) return;
  CreateFolders(folder.parent_path());
  if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) Throw("mkdir " + folder.string());
}

// Gives back the right to remove what is in them, which a store may have taken away.
void OpenFoldersBelow(const std::filesystem::path& dir) {
  std::error_code error;
  std::filesystem::permissions(dir, std::filesystem::perms::owner_all, error);
  using Walk = std::filesystem::recursive_directory_iterator;
  for (Walk at(dir, error), end; !error && at != end; at.increment(error)) {
    std::error_code none;
    if (std::filesystem::is_directory(at->symlink_status(none))) {
      std::filesystem::permissions(at->path(), std::filesystem::perms::owner_all, none);
    }
  }
}

}  // namespace

std::optional<std::string> ReadFile(const std::filesystem::path& path) {
  if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(path))) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream bytes;
  bytes << file.rdbuf();  // what cannot be read ends it, and throws nothing
  return std::move(bytes).str();
}

void OverwriteFile(const std::filesystem::path& path, const std::string& bytes) {
  CreateFolders(path.parent_path());
  const int fd =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (fd < 0) Throw("open " + path.string());
  struct stat before {};
  const bool known = ::fstat(fd, &before) == 0;
  bool written = ::ftruncate(fd, 0) == 0;
  for (std::size_t done = 0; written && done < bytes.size();) {
    const ssize_t count = ::write(fd, bytes.data() + done, bytes.size() - done);
    written = count > 0;
    if (written) done += static_cast<std::size_t>(count);
  }
  if (written && known) {
    timespec later = before.st_mtim;
    later.tv_sec += 1;
    const timespec times[2] = {later, later};
    written = ::futimens(fd, times) == 0;
  }
  const int error = errno;
  ::close(fd);
  errno = error;
  if (!written) Throw("write " + path.string());
}

std::vector<std::pair<std::string, std::string>> RegularFilesIn(
    const std::filesystem::path& folder) {
  std::vector<std::pair<std::string, std::string>> files;
  std::error_code none;
  for (const auto& item : std::filesystem::directory_iterator(folder, none)) {
    if (auto bytes = ReadFile(item.path())) {
      files.emplace_back(item.path().filename().string(), std::move(*bytes));
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> PathsBelow(const std::filesystem::path& dir) {
  std::vector<std::string> paths;
  std::error_code none;
  for (const auto& item : std::filesystem::recursive_directory_iterator(dir, none)) {
    paths.push_back(item.path().lexically_relative(dir).string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

ScratchDir::ScratchDir(const std::filesystem::path& parent) {
  std::string pattern = (parent / "holdfast-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) Throw("mkdtemp in " + parent.string());
  path_ = pattern;
}

ScratchDir::~ScratchDir() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
  if (!error) return;
  OpenFoldersBelow(path_);
  std::filesystem::remove_all(path_, error);
}

}  // namespace holdfast::conformance
