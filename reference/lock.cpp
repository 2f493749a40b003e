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

// After so long a waiter is next: see Line.
constexpr std::chrono::milliseconds kPatience{20};

// So long it tries to become next. One that is next and is stopped keeps the others for no longer.
constexpr std::chrono::milliseconds kLongestInLine{100};

// The far end of an hour-long timeout and of one beyond all clocks are the same to a caller.
constexpr std::chrono::hours kLongestWait{24 * 365};

// Tries at least once, and until it succeeds or the time has come. False: it has come.
template <typename Try>
bool TryUntil(steady_clock::time_point deadline, const Try& attempt) {
  for (auto pause = kFirstPause; !attempt(); pause = std::min(2 * pause, kLongestPause)) {
    const auto left = deadline - steady_clock::now();
    if (left <= steady_clock::duration::zero()) return false;
    // Whole microseconds, rounded up, so that the last pause ends past the deadline.
    Pause(std::min(pause, std::chrono::ceil<std::chrono::microseconds>(left)));
  }
  return true;
}

// Who is next, by a flock of the directory.
//
// Whoever comes back at once finds the lock free more often than one that pauses between tries, and
// that is well, for it need not read the file again. But chance kept single waiters out for
// hundreds of turns. So one that has waited long takes the directory, and nobody asks for the lock
// while somebody has it. It says only who is next: what keeps others out is the lock file alone.
class Line {
 public:
  explicit Line(const FileDescriptor& dir) : dir_(dir) {}
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line() {
    if (is_next_) Unlock(dir_);
  }

  [[nodiscard]] bool IsEmpty() const {
    if (!TryLockShared(dir_)) return false;
    Unlock(dir_);
    return true;
  }
  [[nodiscard]] bool BecomeNext() { return is_next_ = TryLock(dir_); }

 private:
  const FileDescriptor& dir_;
  bool is_next_ = false;
};

}  // namespace

std::optional<StoreLock> StoreLock::Acquire(const FileDescriptor& dir, const std::string& name,
                                            std::chrono::milliseconds timeout) {
  const auto begin = steady_clock::now();
  const auto deadline = begin + std::min<std::chrono::milliseconds>(timeout, kLongestWait);
  FileDescriptor file = OpenOrCreateFile(dir, name);
  std::optional<StoreLock> lock;
  const auto take = [&] {
    if (!TryLock(file)) return false;
    // The name may have been given to another file since it was opened, and then the lock of this
    // one keeps nobody out.
    lock.emplace(StoreLock(std::move(file)));
    const auto named = StatRegularFile(dir, name);
    if (named && named->IsSameInode(StatOpenFile(lock->file_))) return true;
    lock.reset();
    file = OpenOrCreateFile(dir, name);
    return false;
  };
  Line line(dir);
  const auto patient_until = begin + kPatience;
  if (TryUntil(std::min(deadline, patient_until), [&] { return line.IsEmpty() && take(); }))
    return lock;
  TryUntil(std::min(deadline, patient_until + kLongestInLine), [&] { return line.BecomeNext(); });
  TryUntil(deadline, take);
  return lock;
}

StoreLock::StoreLock(FileDescriptor file) : file_(std::move(file)) {}

StoreLock::~StoreLock() {
  if (file_.get() >= 0) Unlock(file_);
}

}  // namespace holdfast::reference
