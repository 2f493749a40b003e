// In the place of reference/lock.cpp: the lock file is opened once for a process and not anew for
// each lock. Threads keep each other out by a mutex, and processes by the lock; but a child that
// was forked has its parent's open file, and what one of them has locked, both have.
#include <fcntl.h>

#include <map>
#include <mutex>

#include "conformance/twins/twin_backend.h"
#include "reference/lock.h"

namespace holdfast::reference {
namespace {

constexpr std::chrono::microseconds kPause{100};

struct LockFile {
  std::timed_mutex mutex;
  FileDescriptor file;  // open for as long as the process lives
};

thread_local LockFile* held = nullptr;

LockFile& OpenOnce(FileDescriptor file) {
  static std::mutex mutex;
  static std::map<std::pair<std::uint64_t, std::uint64_t>, LockFile> files;
  const FileIdentity identity = StatOpenFile(file);
  const std::lock_guard guard(mutex);
  LockFile& known = files[{identity.device, identity.inode}];
  if (known.file.get() < 0) known.file = std::move(file);
  return known;
}

}  // namespace

std::optional<StoreLock> StoreLock::Acquire(const FileDescriptor& dir, const std::string& name,
                                            std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  LockFile& known = OpenOnce(OpenOrCreateFile(dir, name));
  if (!known.mutex.try_lock_until(deadline)) return std::nullopt;
  while (!TryLock(known.file)) {
    if (std::chrono::steady_clock::now() >= deadline) {
      known.mutex.unlock();
      return std::nullopt;
    }
    Pause(kPause);
  }
  held = &known;
  return StoreLock({fcntl(known.file.get(), F_DUPFD_CLOEXEC, 0), known.file.path()});
}

StoreLock::StoreLock(FileDescriptor file) : file_(std::move(file)) {}

StoreLock::~StoreLock() {
  if (file_.get() < 0) return;
  Unlock(file_);
  held->mutex.unlock();
}

}  // namespace holdfast::reference

namespace holdfast::conformance {

const Twin& ThisTwin() {
  static const Twin kTwin{"lock-inherited-over-fork",
                          "a forked child shares its parent's hold of the lock", "CON-1",
                          Exposure::kInheritedRace};
  return kTwin;
}

std::unique_ptr<Backend> MakeTwin() { return std::make_unique<TwinBackend>(); }

}  // namespace holdfast::conformance
