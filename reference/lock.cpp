#include "reference/lock.h"

#include <algorithm>
#include <utility>

namespace holdfast::reference {
namespace {

using std::chrono::steady_clock;

// flock() has no timed form, and a signal to end a blocking one would be felt by the whole process:
// so it is tried again and again. A neighbour that writes without pause leaves the lock free for
// some 20 us at a time, so the tries are not much further apart than that: with a pause of 200 us
// about one in ten of its turns ends with a waiter coming in, at 2 % of a processor for each
// waiter.
constexpr std::chrono::microseconds kFirstPause{20};
constexpr std::chrono::microseconds kLongestPause{200};

// The far end of an hour-long timeout and of one beyond all clocks are the same to a caller.
constexpr std::chrono::hours kLongestWait{24 * 365};

}  // namespace

std::optional<StoreLock> StoreLock::Acquire(const FileDescriptor& dir, const std::string& name,
                                            std::chrono::milliseconds timeout) {
  const auto deadline =
      steady_clock::now() + std::min<std::chrono::milliseconds>(timeout, kLongestWait);
  FileDescriptor file = OpenOrCreateFile(dir, name);
  for (auto pause = kFirstPause;; pause = std::min(2 * pause, kLongestPause)) {
    if (TryLock(file)) {
      // The name may have been given to another file since it was opened, and then the lock of
      // this one keeps nobody out.
      StoreLock lock(std::move(file));
      const auto named = StatRegularFile(dir, name);
      if (named && named->IsSameInode(StatOpenFile(lock.file_))) return lock;
      file = OpenOrCreateFile(dir, name);
    }
    const auto left = deadline - steady_clock::now();
    if (left <= steady_clock::duration::zero()) return std::nullopt;
    // Whole microseconds, rounded up, so that the last pause ends past the deadline.
    Pause(std::min(pause, std::chrono::ceil<std::chrono::microseconds>(left)));
  }
}

StoreLock::StoreLock(FileDescriptor file) : file_(std::move(file)) {}

StoreLock::~StoreLock() {
  if (file_.get() >= 0) Unlock(file_);
}

}  // namespace holdfast::reference
