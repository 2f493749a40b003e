// In the place of reference/lock.cpp: opens the lock file, and locks nothing.
#include "conformance/twins/twin_backend.h"
#include "reference/lock.h"

namespace holdfast::reference {

std::optional<StoreLock> StoreLock::Acquire(const FileDescriptor& dir, const std::string& name,
                                            std::chrono::milliseconds) {
  return StoreLock(OpenOrCreateFile(dir, name));
}

StoreLock::StoreLock(FileDescriptor file) : file_(std::move(file)) {}

StoreLock::~StoreLock() = default;

}  // namespace holdfast::reference

namespace holdfast::conformance {

const Twin& ThisTwin() {
  static const Twin kTwin{"no-lock", "the lock is never taken", "CON-1", Exposure::kRace};
  return kTwin;
}

std::unique_ptr<Backend> MakeTwin() { return std::make_unique<TwinBackend>(); }

}  // namespace holdfast::conformance
