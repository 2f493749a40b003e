// One step of a process on a store's directory: a system call that touches it, or a write to the
// driver's standard output, which is what acknowledges an operation (DUR-2).
//
// A step says what happened in terms that mean the same in every run: files are numbered by the
// event that made them and never by inode, processes by their first step, and there are no pids, no
// descriptors and no times.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::trace {

/// A file, directory or link by the event that made it: 0 is the store's directory itself, 1, 2, …
/// what stood in it at the start by the bytes of the first path that leads there, and then each new
/// one in its turn. A number is never used twice.
using FileId = std::int64_t;
inline constexpr FileId kNoFile = -1;

/// What a call does. Calls that do the same are of one kind, and that is what a sticky fault means
/// by "calls of this kind".
enum class StepKind {
  kOpen,             ///< open, openat, creat: also makes and truncates files, see `created`.
  kRead,             ///< read, pread64, readv, …
  kLook,             ///< stat, access, readlink, getdents64: names and sizes are read.
  kWrite,            ///< write, pwrite64, writev, copy_file_range, sendfile, …
  kTruncate,         ///< truncate, ftruncate.
  kAllocate,         ///< fallocate.
  kLink,             ///< link: `path` gets the further name `to`; an unnamed file its first.
  kSymlink,          ///< A symbolic link `path` that leads to the text `to`.
  kMakeDirectory,    ///< mkdir.
  kMakeNode,         ///< mknod: a FIFO or an empty file.
  kUnlink,           ///< unlink.
  kRemoveDirectory,  ///< rmdir.
  kRename,           ///< rename: what is at `path` moves to `to`.
  kExchange,         ///< renameat2 with RENAME_EXCHANGE.
  kChangeMode,       ///< chmod.
  kChangeOther,      ///< chown, utimensat: what a tree does not hold.
  kSync,             ///< fsync.
  kSyncData,         ///< fdatasync.
  kSyncRange,        ///< sync_file_range, which makes nothing durable by itself.
  kSyncAll,          ///< sync, syncfs.
  kSyncMap,          ///< msync with MS_SYNC of a mapped file.
  kLock,             ///< flock, fcntl with a lock.
  kMap,              ///< A shared mapping that can be written: what goes through it is not seen.
  kAcknowledge,      ///< A write to the driver's standard output.
  kUnsupported,      ///< A call that changes the directory in a way that is not followed.
};
[[nodiscard]] std::string_view StepKindName(StepKind kind);
[[nodiscard]] std::optional<StepKind> StepKindOf(std::string_view name);

/// True where a step of this kind may change what a Tree holds, or is not followed.
[[nodiscard]] bool MayChangeTree(StepKind kind);

/// Where a step stands, in terms that outlast the cutting down of a program.
struct Place {
  int process = 0;             ///< By its first step: the first process that takes one is 0.
  std::int64_t operation = 0;  ///< How many complete lines the driver had written to its standard
                               ///< output before: 0 until the hello reply is out.
  std::int64_t ordinal = 0;    ///< Counted from 0 within process and operation.
  bool operator==(const Place&) const = default;
};

/// Whether a write is made durable before its call returns.
enum class WriteThrough {
  kNone,
  kData,  ///< O_DSYNC, RWF_DSYNC: as if fdatasync followed.
  kFull,  ///< O_SYNC, RWF_SYNC: as if fsync followed.
};

struct Step {
  std::uint64_t number = 0;  ///< k: its position in the run, counted from 0.
  Place place;
  StepKind kind = StepKind::kUnsupported;
  std::string call;  ///< The system call's name, for instance "pwrite64".

  /// What the call is about: for the kinds that make, remove or move a name the file it leads to.
  FileId file = kNoFile;
  /// Relative to the store's directory, "" for itself; any bytes. By the name that leads to the
  /// file when the call is made, symbolic links resolved; "" too where no name does any more.
  std::string path;
  std::string to;  ///< The second path of rename and link, the text of a symbolic link.

  std::int64_t flags = 0;  ///< Of open, renameat2, fallocate, flock; the command of fcntl.
  unsigned mode = 0;     ///< As stat(2) has it after a call that makes a file or changes its mode.
  bool created = false;  ///< An open that made the file.
  bool truncated = false;  ///< An open that cut the file to nothing.
  WriteThrough through = WriteThrough::kNone;
  bool releases = false;   ///< A lock is given up.
  bool is_mapped = false;  ///< The file is, or was, mapped shared and writable.

  std::int64_t offset = 0;  ///< Of a write: where its bytes went, however it was said.
  std::int64_t length = 0;  ///< What was asked for; of a truncation the new size.
  std::optional<std::uint64_t>
      data;  ///< Where in the trace's data its bytes are, `result` of them.

  /// What the call returned, descriptors as 0; -errno where it failed. Nothing where the process
  /// ended before the call did: it has happened wholly, in part or not at all.
  std::optional<std::int64_t> result;
  std::string done_to_it;  ///< "kill", "fail", "short" or "delay", where a plan struck here.

  [[nodiscard]] bool Succeeded() const { return result && *result >= 0; }
  bool operator==(const Step&) const = default;
};

}  // namespace holdfast::trace
