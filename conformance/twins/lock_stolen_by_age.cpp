// In the place of reference/lock.cpp: whoever has held the lock for longer than 100 ms is taken for
// dead. The holder stamps the lock file when it comes in.
#include <fcntl.h>
#include <sys/stat.h>

#include <chrono>

#include "conformance/twins/twin_backend.h"
#include "reference/lock.h"

namespace holdfast::reference {
namespace {

constexpr std::chrono::milliseconds kLongestHold{100};
constexpr std::chrono::microseconds kPause{100};

bool IsTakenForDead(const FileDescriptor& file) {
  const std::chrono::nanoseconds stamp(StatOpenFile(file).modified_ns);
  return std::chrono::system_clock::now().time_since_epoch() - stamp > kLongestHold;
}

}  // namespace

std::optional<StoreLock> StoreLock::Acquire(const FileDescriptor& dir, const std::string& name,
                                            std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  FileDescriptor file = OpenOrCreateFile(dir, name);
  while (!TryLock(file) && !IsTakenForDead(file)) {
    if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
    Pause(kPause);
  }
  futimens(file.get(), nullptr);
  return StoreLock(std::move(file));
}

StoreLock::StoreLock(FileDescriptor file) : file_(std::move(file)) {}

StoreLock::~StoreLock() {
  if (file_.get() >= 0) Unlock(file_);
}

}  // namespace holdfast::reference

namespace holdfast::conformance {

const Twin& ThisTwin() {
  static const Twin kTwin{"lock-stolen-by-age", "a lock held for over 100 ms is stolen", "CON-5",
                          Exposure::kHeldLock};
  return kTwin;
}

std::unique_ptr<Backend> MakeTwin() { return std::make_unique<TwinBackend>(); }

}  // namespace holdfast::conformance
