#include "reference/posix.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

namespace holdfast::reference {
namespace {

constexpr mode_t kDirectoryMode = 0700;
constexpr mode_t kFileMode = 0600;
constexpr int kSafeFlags = O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;

// Calls again where a signal interrupts the call. Not for ever: a call that nothing but interrupts
// answer is a call that fails (DUR-6).
template <typename Call>
auto Uninterrupted(const Call& call) {
  constexpr int kAttempts = 1000;
  auto result = call();
  for (int attempt = 1; attempt < kAttempts && result < 0 && errno == EINTR; ++attempt)
    result = call();
  return result;
}

FileIdentity IdentityOf(const struct stat& status) {
  const auto nanoseconds = [](const timespec& time) {
    return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
  };
  return {status.st_dev, status.st_ino, status.st_size, nanoseconds(status.st_mtim),
          nanoseconds(status.st_ctim)};
}

// `path` is a function, so that a lookup builds no string for a message it does not need.
template <typename Path>
std::optional<FileIdentity> StatRegularFileAt(int dir, const char* name, const Path& path) {
  struct stat status {};
  if (::fstatat(dir, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return std::nullopt;
    if (errno == ENOTDIR) throw UnsafePath(path(), "a directory on the way to it is none");
    throw IoError("stat", path(), errno);
  }
  if (!S_ISREG(status.st_mode)) throw UnsafePath(path(), "not a regular file");
  return IdentityOf(status);
}

std::optional<FileDescriptor> OpenDirectoryAt(int parent, const char* name, int flags,
                                              const std::string& path) {
  const int fd = Uninterrupted(
      [&] { return ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags); });
  if (fd >= 0) return FileDescriptor(fd, path);
  if (errno == ENOENT) return std::nullopt;
  if (errno == ENOTDIR || errno == ELOOP) throw UnsafePath(path, "not a directory");
  throw IoError("open", path, errno);
}

// Gives a new file or directory exactly its mode: the umask may have taken bits away.
void SetMode(const FileDescriptor& file, mode_t mode) {
  if (::fchmod(file.get(), mode) != 0) throw IoError("fchmod", file.path(), errno);
}

bool TryFlock(const FileDescriptor& file, int kind) {
  if (Uninterrupted([&] { return ::flock(file.get(), kind | LOCK_NB); }) == 0) return true;
  if (errno == EWOULDBLOCK) return false;
  throw IoError("flock", file.path(), errno);
}

}  // namespace

IoError::IoError(const std::string& operation, const std::string& path, int error_number,
                 Effect effect)
    : std::runtime_error(operation + " " + path + ": " +
                         std::generic_category().message(error_number)),
      error_number_(error_number),
      effect_(effect) {}

UnsafePath::UnsafePath(const std::string& path, const std::string& what)
    : std::runtime_error(path + ": " + what) {}

FileDescriptor::FileDescriptor(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

FileDescriptor::FileDescriptor(FileDescriptor&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  return *this;
}

FileDescriptor::~FileDescriptor() {
  // Not repeated on EINTR: Linux has closed the descriptor all the same. What a failing close
  // could say about written bytes, Sync() has said before.
  if (fd_ >= 0) ::close(fd_);
}

std::string FileDescriptor::PathOf(const std::string& name) const { return path_ + "/" + name; }

std::optional<FileIdentity> StatRegularFile(const std::string& path) {
  return StatRegularFileAt(AT_FDCWD, path.c_str(), [&] { return path; });
}

std::optional<FileIdentity> StatRegularFile(const FileDescriptor& dir, const std::string& name) {
  return StatRegularFileAt(dir.get(), name.c_str(), [&] { return dir.PathOf(name); });
}

FileIdentity StatOpenFile(const FileDescriptor& file) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw IoError("fstat", file.path(), errno);
  return IdentityOf(status);
}

std::optional<FileDescriptor> OpenDirectory(const std::string& path) {
  return OpenDirectoryAt(AT_FDCWD, path.c_str(), 0, path);
}

std::optional<FileDescriptor> OpenDirectory(const FileDescriptor& parent, const std::string& name) {
  return OpenDirectoryAt(parent.get(), name.c_str(), O_NOFOLLOW, parent.PathOf(name));
}

void MakeDirectory(const FileDescriptor& parent, const std::string& name) {
  const std::string path = parent.PathOf(name);
  if (::mkdirat(parent.get(), name.c_str(), kDirectoryMode) != 0) {
    if (errno == EEXIST) return;
    throw IoError("mkdir", path, errno);
  }
  // The umask can take bits away but add none. By name, since a directory without its owner's
  // read bit could not be opened; the parent is ours, or the caller's own state directory.
  if (::fchmodat(parent.get(), name.c_str(), kDirectoryMode, 0) != 0)
    throw IoError("chmod", path, errno);
}

std::optional<FileDescriptor> OpenFile(const FileDescriptor& dir, const std::string& name) {
  // Looked at first, because to open a device can have an effect of its own; looked at again once
  // open, because the name may have changed hands in between.
  if (!StatRegularFile(dir, name)) return std::nullopt;
  const std::string path = dir.PathOf(name);
  const int fd =
      Uninterrupted([&] { return ::openat(dir.get(), name.c_str(), O_RDONLY | kSafeFlags); });
  if (fd < 0) {
    if (errno == ENOENT) return std::nullopt;
    if (errno == ELOOP || errno == ENXIO) throw UnsafePath(path, "not a regular file");
    throw IoError("open", path, errno);
  }
  FileDescriptor file(fd, path);
  struct stat status {};
  if (::fstat(fd, &status) != 0) throw IoError("fstat", path, errno);
  if (!S_ISREG(status.st_mode)) throw UnsafePath(path, "not a regular file");
  return file;
}

FileDescriptor OpenOrCreateFile(const FileDescriptor& dir, const std::string& name) {
  constexpr int kAttempts = 16;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (auto file = OpenFile(dir, name)) return std::move(*file);
    if (auto file = CreateFile(dir, name)) return std::move(*file);
  }
  // Somebody makes and removes the name over and over, which no part of this store does.
  throw IoError("open", dir.PathOf(name), EAGAIN);
}

std::optional<FileDescriptor> CreateFile(const FileDescriptor& dir, const std::string& name) {
  const int fd = Uninterrupted([&] {
    return ::openat(dir.get(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | kSafeFlags, kFileMode);
  });
  if (fd < 0) {
    if (errno == EEXIST) return std::nullopt;
    throw IoError("create", dir.PathOf(name), errno);
  }
  FileDescriptor file(fd, dir.PathOf(name));
  try {
    SetMode(file, kFileMode);
  } catch (const IoError&) {
    RemoveIfPossible(dir, name);
    throw;
  }
  return file;
}

bool TryLock(const FileDescriptor& file) { return TryFlock(file, LOCK_EX); }
bool TryLockShared(const FileDescriptor& file) { return TryFlock(file, LOCK_SH); }

void Unlock(const FileDescriptor& file) noexcept { ::flock(file.get(), LOCK_UN); }

void Pause(std::chrono::microseconds time) { std::this_thread::sleep_for(time); }

std::string ReadAll(const FileDescriptor& file, std::size_t limit) {
  std::string bytes;
  bytes.resize(std::min(limit, static_cast<std::size_t>(StatOpenFile(file).bytes)));
  std::size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t got = Uninterrupted([&] {
      return ::pread(file.get(), bytes.data() + have, bytes.size() - have,
                     static_cast<off_t>(have));
    });
    if (got < 0) throw IoError("read", file.path(), errno);
    if (got == 0) break;  // shorter than it was
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

void WriteAll(const FileDescriptor& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put =
        Uninterrupted([&] { return ::write(file.get(), bytes.data(), bytes.size()); });
    if (put < 0) throw IoError("write", file.path(), errno);
    if (put == 0) throw IoError("write", file.path(), EIO);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

void Sync(const FileDescriptor& file) {
  if (Uninterrupted([&] { return ::fsync(file.get()); }) != 0)
    throw IoError("fsync", file.path(), errno);
}

void Rename(const FileDescriptor& dir, const std::string& from, const std::string& to) {
  if (::renameat(dir.get(), from.c_str(), dir.get(), to.c_str()) == 0) return;
  // Every other errno is given before anything is changed; EIO can come from a journal that had
  // taken the change already.
  throw IoError("rename", dir.PathOf(to), errno, errno == EIO ? Effect::kUnknown : Effect::kNone);
}

bool RenameToFreeName(const FileDescriptor& dir, const std::string& from, const std::string& to) {
  if (::renameat2(dir.get(), from.c_str(), dir.get(), to.c_str(), RENAME_NOREPLACE) == 0)
    return true;
  if (errno == EEXIST) return false;
  if (errno != EINVAL && errno != ENOSYS) throw IoError("rename", dir.PathOf(from), errno);
  // A file system without RENAME_NOREPLACE: a second name and then one name fewer. A kill between
  // the two leaves the bytes under both names, and the next opener quarantines them once more.
  if (::linkat(dir.get(), from.c_str(), dir.get(), to.c_str(), 0) != 0) {
    if (errno == EEXIST) return false;
    throw IoError("link", dir.PathOf(to), errno);
  }
  if (::unlinkat(dir.get(), from.c_str(), 0) != 0) throw IoError("unlink", dir.PathOf(from), errno);
  return true;
}

void RemoveIfPossible(const FileDescriptor& dir, const std::string& name) noexcept {
  ::unlinkat(dir.get(), name.c_str(), 0);
}

std::vector<std::string> NamesWithPrefix(const FileDescriptor& dir, std::string_view prefix) {
  // Opened anew, since a duplicate would share its place in the listing with its twin.
  const int fd =
      Uninterrupted([&] { return ::openat(dir.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (fd < 0) throw IoError("open", dir.path(), errno);
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(::fdopendir(fd), &::closedir);
  if (!listing) {
    const int error_number = errno;
    ::close(fd);
    throw IoError("opendir", dir.path(), error_number);
  }
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* found = ::readdir(listing.get())) {
    if (std::string_view(found->d_name).substr(0, prefix.size()) == prefix)
      names.emplace_back(found->d_name);
    errno = 0;
  }
  if (errno != 0) throw IoError("readdir", dir.path(), errno);
  return names;
}

std::string UnguessableDigits() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, 16> bytes{};
  // Up to 256 bytes come whole or not at all.
  if (Uninterrupted([&] { return ::getrandom(bytes.data(), bytes.size(), 0); }) < 0)
    throw IoError("getrandom", "", errno);
  std::string digits;
  for (const unsigned char byte : bytes) {
    digits += kDigits[byte >> 4U];
    digits += kDigits[byte & 0xFU];
  }
  return digits;
}

std::string AbsolutePath(const std::string& path) {
  if (!path.empty() && path.front() == '/') return path;
  const std::unique_ptr<char, void (*)(void*)> working(::getcwd(nullptr, 0), &::free);
  if (!working) throw IoError("getcwd", path, errno);
  return std::string(working.get()) + "/" + path;
}

}  // namespace holdfast::reference
