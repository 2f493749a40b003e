// The one door to the operating system: every system call of the reference store is made in
// posix.cpp. A call that fails throws IoError; what is the caller's business (absent, taken,
// held) is in the return type.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "holdfast/spec/error.h"

namespace holdfast::reference {

/// A system call that failed. Source: errno(3).
class IoError : public std::runtime_error {
 public:
  IoError(const std::string& operation, const std::string& path, int error_number,
          Effect effect = Effect::kNone);
  [[nodiscard]] int error_number() const { return error_number_; }
  /// Whether the store may have changed by the failing call.
  [[nodiscard]] Effect effect() const { return effect_; }

 private:
  int error_number_;
  Effect effect_;
};

/// Something other than the expected kind of file stands at a path of the store (FILE-7).
class UnsafePath : public std::runtime_error {
 public:
  UnsafePath(const std::string& path, const std::string& what);
};

/// An open file, closed at the end. It keeps its path for messages.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  FileDescriptor(int fd, std::string path);
  FileDescriptor(FileDescriptor&& other) noexcept;
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor();

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  /// The path of a name in this directory.
  [[nodiscard]] std::string PathOf(const std::string& name) const;

 private:
  int fd_ = -1;
  std::string path_;
};

/// What tells one state of one file from another, as long as its inode is held open (so that the
/// number is not given to another file).
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t bytes = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;

  bool operator==(const FileIdentity&) const = default;
  [[nodiscard]] bool IsSameInode(const FileIdentity& other) const {
    return device == other.device && inode == other.inode;
  }
};

/// The file a path names, symlinks at its end not followed; nothing where there is none.
/// Errors: UnsafePath, where it is not a regular file or a directory on the way is a file.
[[nodiscard]] std::optional<FileIdentity> StatRegularFile(const std::string& path);
/// The same for a name in a directory.
[[nodiscard]] std::optional<FileIdentity> StatRegularFile(const FileDescriptor& dir,
                                                          const std::string& name);
/// The identity of an open file or directory.
[[nodiscard]] FileIdentity StatOpenFile(const FileDescriptor& file);

/// A directory by its path, symlinks followed; nothing where there is none.
[[nodiscard]] std::optional<FileDescriptor> OpenDirectory(const std::string& path);
/// A directory in a directory; nothing where there is none.
/// Errors: UnsafePath for anything else, a symlink among it.
[[nodiscard]] std::optional<FileDescriptor> OpenDirectory(const FileDescriptor& parent,
                                                          const std::string& name);
/// Makes a directory of mode 0700, whatever the umask; one that is there keeps its mode (FILE-6).
void MakeDirectory(const FileDescriptor& parent, const std::string& name);

/// A regular file for reading; nothing where there is none.
/// Errors: UnsafePath for anything else, which is not even opened.
[[nodiscard]] std::optional<FileDescriptor> OpenFile(const FileDescriptor& dir,
                                                     const std::string& name);
/// A file to lock, made with mode 0600 where there is none (FILE-5). Errors: as OpenFile().
[[nodiscard]] FileDescriptor OpenOrCreateFile(const FileDescriptor& dir, const std::string& name);
/// A new file of mode 0600, whatever the umask; nothing where the name is taken (FILE-8).
[[nodiscard]] std::optional<FileDescriptor> CreateFile(const FileDescriptor& dir,
                                                       const std::string& name);

/// Takes the exclusive lock of an open file or directory, or returns false at once. Source:
/// flock(2).
[[nodiscard]] bool TryLock(const FileDescriptor& file);
/// The same with a lock that others may share.
[[nodiscard]] bool TryLockShared(const FileDescriptor& file);
/// Lets the lock go even where a forked process still holds the file open.
void Unlock(const FileDescriptor& file) noexcept;

/// Lets time pass between two tries, since flock() has no timed form.
void Pause(std::chrono::microseconds time);

/// The file's bytes from its start, at most `limit` of them.
[[nodiscard]] std::string ReadAll(const FileDescriptor& file, std::size_t limit);
/// Appends all bytes, however many calls that takes.
void WriteAll(const FileDescriptor& file, std::string_view bytes);
/// Makes a file's bytes or a directory's names durable. Source: fsync(2).
void Sync(const FileDescriptor& file);

/// Puts `from` in the place of `to`. Errors: IoError, of unknown effect for EIO alone.
void Rename(const FileDescriptor& dir, const std::string& from, const std::string& to);
/// Renames, or returns false where `to` is taken (QUA-1).
[[nodiscard]] bool RenameToFreeName(const FileDescriptor& dir, const std::string& from,
                                    const std::string& to);
/// Removes a name if it can. A name that stays is litter that a later sweep finds again.
void RemoveIfPossible(const FileDescriptor& dir, const std::string& name) noexcept;
/// The names in a directory that begin with `prefix`.
[[nodiscard]] std::vector<std::string> NamesWithPrefix(const FileDescriptor& dir,
                                                       std::string_view prefix);

/// 32 hexadecimal digits that nobody can guess. Source: getrandom(2).
[[nodiscard]] std::string UnguessableDigits();
/// The path itself, or below the working directory where it is relative.
[[nodiscard]] std::string AbsolutePath(const std::string& path);

}  // namespace holdfast::reference
