// flock(LOCK_EX) with an end to the waiting, for stores whose own exclusion waits for ever.
#pragma once

#include <string>

#include "conformance/backends/keyed/patience.h"

namespace holdfast::conformance {

/// Held for as long as it lives; the kernel frees it when its process ends.
/// Threads: whoever has one excludes every other, in the same process too.
class FileLock {
 public:
  /// Makes the file (0600) where it is missing; it is never deleted. Errors: Refused with `busy`
  /// where the lock is not had in time, with `io` where the file cannot be opened.
  FileLock(const std::string& path, const Patience& patience);
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  int fd_;
};

}  // namespace holdfast::conformance
