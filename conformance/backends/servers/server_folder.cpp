#include "conformance/backends/servers/server_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace holdfast::conformance {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestRoot = 40;
constexpr int kTries = 100;

fs::path Root() {
  std::error_code error;
  fs::path temporary = fs::temp_directory_path(error);
  if (error || temporary.string().size() > kLongestRoot) temporary = "/tmp";
  return temporary / ("holdfast-servers-" + std::to_string(geteuid()));
}

[[noreturn]] void Fail(const fs::path& path) {
  throw std::runtime_error(path.string() + ": " + std::strerror(errno));
}

OwnFd OpenFolder(const fs::path& path) {
  return OwnFd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

bool IsStillThere(const OwnFd& folder, const fs::path& path) {
  struct stat held {};
  struct stat seen {};
  return fstat(folder.get(), &held) == 0 && lstat(path.c_str(), &seen) == 0 &&
         held.st_ino == seen.st_ino && held.st_dev == seen.st_dev;
}

// The folder of all, locked: nobody else makes or removes one meanwhile. The last to leave takes
// it away, so it may have to be made more than once.
OwnFd LockRoot(const fs::path& root) {
  for (int tries = 0; tries < kTries; ++tries) {
    // Others than the owner may pass through it, to the folders that are theirs.
    if (mkdir(root.c_str(), 0711) != 0 && errno != EEXIST) Fail(root);
    OwnFd folder = OpenFolder(root);
    if (!folder.open()) {
      if (errno == ENOENT) continue;
      Fail(root);
    }
    struct stat seen {};
    if (fstat(folder.get(), &seen) != 0 || seen.st_uid != geteuid())
      throw std::runtime_error(root.string() + " belongs to somebody else");
    if (flock(folder.get(), LOCK_EX) == 0 && IsStillThere(folder, root)) return folder;
  }
  throw std::runtime_error(root.string() + " does not stay");
}

void Sweep(const fs::path& root) {
  std::error_code error;
  for (fs::directory_iterator at(root, error), end; !error && at != end; at.increment(error)) {
    const OwnFd folder = OpenFolder(at->path());
    std::error_code ignored;
    if (folder.open() && flock(folder.get(), LOCK_EX | LOCK_NB) == 0)
      fs::remove_all(at->path(), ignored);
  }
}

}  // namespace

ServerFolder::ServerFolder(uid_t owner) {
  const fs::path root = Root();
  const OwnFd alone = LockRoot(root);
  Sweep(root);
  path_ = root / std::to_string(getpid());
  std::error_code ignored;
  fs::remove_all(path_, ignored);  // of a namesake in another pid namespace, none is there
  if (mkdir(path_.c_str(), 0700) != 0) Fail(path_);
  lock_ = OpenFolder(path_);
  if (!lock_.open() || flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) Fail(path_);
  if (owner == geteuid()) return;
  // It passes to the owner, and its group still lets the caller's processes through: root's may
  // have been started without the right to pass over modes.
  if (fchown(lock_.get(), owner, getegid()) != 0 || fchmod(lock_.get(), 0710) != 0) Fail(path_);
}

ServerFolder::~ServerFolder() {
  try {
    const fs::path root = Root();
    const OwnFd alone = LockRoot(root);
    std::error_code ignored;
    fs::remove_all(path_, ignored);
    Sweep(root);
    rmdir(root.c_str());  // fails as long as others have theirs there
  } catch (const std::exception&) {
    // The next one to come sweeps it.
  }
}

}  // namespace holdfast::conformance
