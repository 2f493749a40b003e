#include "conformance/files/harm.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <system_error>

#include "conformance/campaign/files.h"
#include "conformance/corrupt/corruption.h"

namespace holdfast::conformance {
namespace {

namespace fs = std::filesystem;

// How long a store has to look at a bad file that it must not act on yet. One that does not look
// costs a trial this long.
constexpr int kLookMs = 250;
// A descriptor for each of the standard streams, and none besides.
constexpr rlim_t kNoDescriptors = 3;

void SetDescriptorLimit(pid_t pid, bool none) {
  rlimit limit{};
  if (::prlimit(pid, RLIMIT_NOFILE, nullptr, &limit) != 0) return;
  limit.rlim_cur = none ? kNoDescriptors : limit.rlim_max;
  ::prlimit(pid, RLIMIT_NOFILE, &limit, nullptr);
}

}  // namespace

Harm::Harm(Scene scene, const Round& round)
    : scene_(std::move(scene)), round_(round), hindrance_(FindHindrance(round.harm)) {}

Harm::~Harm() { Lift(); }

bool Harm::Do() {
  bytes_ = ReadFile(scene_.file);
  if (hindrance_ == nullptr) return DoCorrupt();
  switch (hindrance_->kind) {
    case HindranceKind::kNothing:
      return true;
    case HindranceKind::kNotAFile:
      return PutSomethingElse();
    case HindranceKind::kMissing:
      return TakeAway();
    case HindranceKind::kLockLitter:
      return LitterLock();
    case HindranceKind::kLockHeld:
    case HindranceKind::kMended:
      return HoldLock();
    case HindranceKind::kLeftOver:
    case HindranceKind::kPlanted:
      return Plant();
    case HindranceKind::kUnreadable:
      return Shut();
  }
  return false;
}

void Harm::Overwrite(const std::string& bytes) { OverwriteFile(scene_.file, bytes); }

bool Harm::DoCorrupt() {
  if (!scene_.creates_file && !bytes_) return false;
  Overwrite(Corrupted(*FindCorruption(round_.harm), round_.seed, bytes_.value_or("")));
  return true;
}

bool Harm::PutSomethingElse() {
  if (!scene_.creates_file && !bytes_) return false;
  fs::create_directories(scene_.file.parent_path());
  fs::remove(scene_.file);
  stands_ = true;
  if (round_.harm == "symbolic-link") {
    fs::create_symlink(scene_.victim, scene_.file);
  } else if (round_.harm == "dangling-link") {
    fs::create_symlink(scene_.victim.parent_path() / "nowhere", scene_.file);
  } else if (round_.harm == "directory") {
    fs::create_directory(scene_.file);
  } else {
    const mode_t kind = round_.harm == "fifo" ? S_IFIFO : S_IFSOCK;
    return ::mknod(scene_.file.c_str(), kind | S_IRUSR | S_IWUSR, 0) == 0;
  }
  return true;
}

bool Harm::TakeAway() {
  if (round_.harm == "file-missing") {
    fs::remove(scene_.file);
  } else if (round_.harm == "folder-missing") {
    fs::remove_all(scene_.folder);
  } else {
    fs::remove_all(scene_.folder.parent_path());
  }
  return true;
}

bool Harm::LitterLock() {
  OverwriteFile(scene_.folder / "store.lock", round_.harm == "lock-empty" ? "" : "pid 1\n\xFF{");
  return true;
}

bool Harm::HoldLock() {
  if (!bytes_) return false;
  const fs::path path = scene_.folder / "store.lock";
  lock_ =
      UniqueFd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (lock_.get() < 0 || ::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) return false;
  stands_ = true;
  if (hindrance_->kind == HindranceKind::kLockHeld) return true;
  Overwrite("not a store, and not the beginning of one");
  return true;
}

void Harm::Watch() {
  watch_ = UniqueFd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  ::inotify_add_watch(watch_.get(), scene_.file.c_str(), IN_ACCESS);
}

void Harm::Mend() {
  pollfd looked{watch_.get(), POLLIN, 0};
  ::poll(&looked, 1, kLookMs);
  Overwrite(*bytes_);
  watch_ = UniqueFd();
  lock_ = UniqueFd();
  stands_ = false;
}

bool Harm::Plant() {
  if (scene_.temporaries.empty()) return false;
  for (const std::string& name : scene_.temporaries) planted_.push_back(scene_.folder / name);
  if (hindrance_->kind == HindranceKind::kPlanted) {
    for (const char* name : {"store.json.tmp", "store.tmp", ".store.json.tmp", "store.json~"}) {
      planted_.push_back(scene_.folder / name);
    }
  }
  for (const fs::path& path : planted_) {
    fs::remove(path);
    if (hindrance_->kind == HindranceKind::kPlanted) {
      fs::create_symlink(scene_.victim, path);
    } else {
      OverwriteFile(path, round_.seed % 2 == 0 ? "" : "{\"version\":1,\"ent");
    }
  }
  return true;
}

// The file is written anew, so that nobody can do with what was read of it before.
bool Harm::Shut() {
  if (!bytes_) return false;
  const bool by_rights = round_.harm == "no-rights";
  if (by_rights && ::geteuid() == 0) return false;  // root reads it all the same
  Overwrite(*bytes_);
  stands_ = true;
  if (by_rights) return ::chmod(scene_.file.c_str(), 0) == 0;
  SetDescriptorLimit(scene_.driver, true);
  return true;
}

void Harm::Lift() {
  if (!std::exchange(stands_, false)) return;
  lock_ = UniqueFd();
  if (hindrance_->kind == HindranceKind::kUnreadable) {
    if (round_.harm == "no-rights") ::chmod(scene_.file.c_str(), S_IRUSR | S_IWUSR);
    if (round_.harm == "no-descriptors") SetDescriptorLimit(scene_.driver, false);
  }
  if (hindrance_->kind != HindranceKind::kNotAFile) return;
  std::error_code none;
  fs::remove_all(scene_.file, none);
  if (bytes_) Overwrite(*bytes_);
}

}  // namespace holdfast::conformance
