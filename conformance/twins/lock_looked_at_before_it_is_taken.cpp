// In the place of reference/lock.cpp: waits until the lock is free, and then takes it, in two
// steps. Between them there is room for another, for as long as two system calls take.
#include "conformance/twins/twin_backend.h"
#include "reference/lock.h"

namespace holdfast::reference {

std::optional<StoreLock> StoreLock::Acquire(const FileDescriptor& dir, const std::string& name,
                                            std::chrono::milliseconds timeout) {
  constexpr std::chrono::microseconds kPause{100};
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  FileDescriptor file = OpenOrCreateFile(dir, name);
  while (!TryLock(file)) {
    if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
    Pause(kPause);
  }
  Unlock(file);
  (void)TryLock(file);
  return StoreLock(std::move(file));
}

StoreLock::StoreLock(FileDescriptor file) : file_(std::move(file)) {}

StoreLock::~StoreLock() {
  if (file_.get() >= 0) Unlock(file_);
}

}  // namespace holdfast::reference

namespace holdfast::conformance {

const Twin& ThisTwin() {
  static const Twin kTwin{"lock-looked-at-before-it-is-taken",
                          "another may take the lock once it was found to be free", "CON-1",
                          Exposure::kRace};
  return kTwin;
}

std::unique_ptr<Backend> MakeTwin() { return std::make_unique<TwinBackend>(); }

}  // namespace holdfast::conformance
