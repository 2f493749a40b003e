// Exclusion between all that use a store's directory, by the kernel alone (FILE-5).
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "reference/posix.h"

namespace holdfast::reference {

/// The exclusive lock of a lock file, held until destruction.
/// The file is opened anew for each lock, so threads, instances and aliased paths keep each other
/// out just as processes do (CON-1). The kernel frees it when its holder dies (CON-4), and nothing
/// here ever takes it from a holder that lives (CON-5).
class StoreLock {
 public:
  /// Waits for the lock at most `timeout`; nothing where it was not free in time (CON-3).
  /// A timeout of zero tries once. A waiter of long standing comes before those that come later, as
  /// far as they use this class.
  [[nodiscard]] static std::optional<StoreLock> Acquire(const FileDescriptor& dir,
                                                        const std::string& name,
                                                        std::chrono::milliseconds timeout);

  StoreLock(StoreLock&&) noexcept = default;
  StoreLock& operator=(StoreLock&&) = delete;
  ~StoreLock();

 private:
  explicit StoreLock(FileDescriptor file);
  FileDescriptor file_;
};

}  // namespace holdfast::reference
