#include "conformance/files/harm.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "conformance/campaign/files.h"
#include "conformance/corrupt/corruption.h"
#include "conformance/files/hand_over.h"
#include "conformance/files/rights.h"

namespace holdfast::conformance {
namespace {

namespace fs = std::filesystem;

// How long a store has to look at a bad file that it must not act on yet. One that does not look
// costs a trial this long.
constexpr int kLookMs = 250;
// A descriptor for each of the standard streams, and none besides.
constexpr rlim_t kNoDescriptors = 3;

constexpr uid_t kAnotherUser = 65'534;
// No larger file is made, and none is larger than the declared limit by more than this.
constexpr std::int64_t kLargestTried = std::int64_t{8} << 30;
constexpr std::int64_t kBeyondLimit = std::int64_t{64} << 20;
constexpr std::string_view kOverModes =
    "root passes over the modes of files, and its right to do so could not be taken from the "
    "driver";

// A store that is at fault may have moved it away.
void GiveBack(const fs::path& path) {
  if (::lchown(path.c_str(), ::geteuid(), ::getegid()) != 0 && errno != ENOENT) {
    throw std::system_error(errno, std::generic_category(), "chown " + path.string());
  }
}

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
    case HindranceKind::kUnwritable:
      return ShutFolder();
    case HindranceKind::kOversized:
      return Swell();
    case HindranceKind::kHandedOver:
      return HandOn();
    case HindranceKind::kPeer:
    case HindranceKind::kKilled:
    case HindranceKind::kNewborn:
      return true;  // done by calls
  }
  return false;
}

bool Harm::Refuse(std::string why) {
  why_not_ = std::move(why);
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
  } else if (round_.harm == "device") {
    const dev_t null = makedev(1, 3);  // which reads as an empty file does
    if (::mknod(scene_.file.c_str(), S_IFCHR | S_IRUSR | S_IWUSR, null) == 0) return true;
    const int error = errno;
    Lift();
    return Refuse("mknod refuses to make a device: " + std::string(std::strerror(error)));
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

bool Harm::TakeLock() {
  const fs::path path = scene_.folder / "store.lock";
  lock_ =
      UniqueFd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  return lock_.get() >= 0 && ::flock(lock_.get(), LOCK_EX | LOCK_NB) == 0;
}

bool Harm::HoldLock() {
  if (!bytes_) return false;
  if (!TakeLock()) return false;
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
  const bool by_limit = round_.harm == "no-descriptors";
  if (!by_limit && PassesOverModes(scene_.driver)) return Refuse(std::string(kOverModes));
  if (round_.harm == "file-of-another-user" && ::geteuid() != 0) {
    return Refuse("only root can give a file to another user");
  }
  Overwrite(*bytes_);
  stands_ = true;
  if (by_limit) {
    SetDescriptorLimit(scene_.driver, true);
  } else if (round_.harm == "no-rights") {
    return ::chmod(scene_.file.c_str(), 0) == 0;
  } else if (::chown(scene_.file.c_str(), kAnotherUser, kAnotherUser) != 0) {
    stands_ = false;
    return Refuse("chown refuses: " + std::string(std::strerror(errno)));
  }
  return true;
}

bool Harm::ShutFolder() {
  const fs::path folder = scene_.file.parent_path();
  struct stat seen {};
  if (!bytes_ || ::stat(folder.c_str(), &seen) != 0) return false;
  if (PassesOverModes(scene_.driver)) return Refuse(std::string(kOverModes));
  folder_mode_ = seen.st_mode & 07777U;
  if (round_.harm == "folder-of-another-user") {
    if (::geteuid() != 0) return Refuse("only root can give a folder to another user");
    if (::chown(folder.c_str(), kAnotherUser, kAnotherUser) != 0) {
      return Refuse("chown refuses: " + std::string(std::strerror(errno)));
    }
    stands_ = true;  // its mode lets everybody read, so that only the owner stands in the way
    return ::chmod(folder.c_str(), S_IRWXU | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH) == 0;
  }
  stands_ = true;
  return ::chmod(folder.c_str(), S_IRUSR | S_IXUSR) == 0;
}

// Of the bytes beyond those that were there none takes room on the disk.
bool Harm::Swell() {
  if (!scene_.creates_file && !bytes_) return false;
  const std::int64_t limit = scene_.limits.max_file_bytes.value_or(0);
  if (limit > kLargestTried) {
    return Refuse("the declared max_file_bytes is larger than any file that is tried");
  }
  Overwrite(round_.harm == "oversized" ? "" : bytes_.value_or(""));
  std::error_code error;
  fs::resize_file(scene_.file, static_cast<std::uintmax_t>(limit + kBeyondLimit), error);
  return !error || Refuse("the file system refuses a file of that size: " + error.message());
}

// As another store of the format does it: under the lock, beside the file, and over it.
bool Harm::HandOn() {
  std::error_code none;
  if (!fs::is_directory(scene_.folder, none) || !TakeLock()) return false;
  const auto envelope = bytes_ ? ParseEnvelope(*bytes_, scene_.limits)
                               : Expected<Envelope, EnvelopeFault>(Envelope{});
  if (!envelope) return false;
  HandOver how{round_.handed, scene_.now_ms, round_.seed, 1};
  if (round_.harm == "handed-over-older") how.version = 0;
  if (round_.harm == "handed-over-newer") how.version = 2;
  const fs::path aside = scene_.folder / ("another." + std::to_string(round_.seed) + ".part");
  OverwriteFile(aside, HandedOver(*envelope, how));
  fs::rename(aside, scene_.file);
  lock_ = UniqueFd();
  return true;
}

void Harm::Lift() {
  if (!std::exchange(stands_, false)) return;
  lock_ = UniqueFd();
  if (hindrance_->kind == HindranceKind::kUnreadable) {
    if (round_.harm == "no-rights") ::chmod(scene_.file.c_str(), S_IRUSR | S_IWUSR);
    if (round_.harm == "no-descriptors") SetDescriptorLimit(scene_.driver, false);
    if (round_.harm == "file-of-another-user") GiveBack(scene_.file);
  }
  if (hindrance_->kind == HindranceKind::kUnwritable) {
    const fs::path folder = scene_.file.parent_path();
    if (round_.harm == "folder-of-another-user") GiveBack(folder);
    ::chmod(folder.c_str(), folder_mode_);
  }
  if (hindrance_->kind != HindranceKind::kNotAFile) return;
  std::error_code none;
  fs::remove_all(scene_.file, none);
  if (bytes_) Overwrite(*bytes_);
}

}  // namespace holdfast::conformance
