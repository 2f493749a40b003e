#include "conformance/supervise/tracer/decode.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cstring>
#include <utility>

#include "conformance/supervise/tracer/memory.h"
#include "conformance/supervise/tracer/traced_calls.h"

namespace holdfast::tracer {
namespace {

using Maybe = std::optional<SeenStep>;

SeenStep StepOf(const Call& call, const char* kind) {
  SeenStep step;
  step.kind = kind;
  step.call = call.name;
  return step;
}

Final FinalOf(std::uint64_t flags) {
  return (flags & AT_SYMLINK_NOFOLLOW) != 0 ? Final::kKeep : Final::kFollow;
}

// Of a struct flock, F_RDLCK where it cannot be read.
int LockType(pid_t task, std::uint64_t address) {
  const auto bytes = ReadBytes(task, address, sizeof(short));
  short type = F_RDLCK;
  if (bytes) std::memcpy(&type, bytes->data(), sizeof type);
  return type;
}

}  // namespace

Maybe Decoder::Begin(const Call& call) {
  const TracedCall* traced = TracedCallOf(call.number);
  if (traced == nullptr) return std::nullopt;
  switch (traced->form) {
    case Form::kOpen:
      return Open(call);
    case Form::kReadFd:
      return ReadFd(call);
    case Form::kWriteFd:
      return WriteFd(call);
    case Form::kCopyFd:
      return CopyFd(call);
    case Form::kLook:
      return Look(call);
    case Form::kChange:
      return Change(call);
    case Form::kTwoPaths:
      return TwoPaths(call);
    case Form::kSymlink:
      return Symlink(call);
    case Form::kMakePath:
      return MakePath(call);
    case Form::kRemovePath:
      return RemovePath(call);
    case Form::kSyncFd:
      return SyncFd(call);
    case Form::kSyncAll:
      return StepOf(call, kinds::kSyncAll);
    case Form::kLockFd:
      return LockFd(call);
    case Form::kMap:
      return Map(call);
    case Form::kForeign:
      return Foreign(call);
  }
  return std::nullopt;
}

bool Decoder::IsOutput(const struct stat& seen) const {
  return seen.st_dev == output_.st_dev && seen.st_ino == output_.st_ino && output_.st_ino != 0;
}

Target Decoder::Resolve(const Call& call, int dirfd, std::uint64_t text, Final final) {
  const auto path = ReadText(call.task, text);
  if (!path || path->empty()) return {};
  return ResolvePath(files_, call.task, dirfd, *path, final);
}

Maybe Decoder::OnFd(const Call& call, int fd, const char* kind) {
  struct stat seen {};
  if (!LookThroughFd(call.task, fd, seen)) return std::nullopt;
  StoreFile* file = files_.Find(seen);
  if (file == nullptr) return std::nullopt;
  SeenStep step = StepOf(call, kind);
  step.fd = fd;
  step.file = file;
  step.path = files_.PathOf(*file);
  if (step.path.empty() &&
      !files_.IsRoot(*file)) {  // another name may be left, which this one knows
    files_.HoldByName(*file, HoldFd(call.task, fd));
    step.path = files_.PathOf(*file);
  }
  return step;
}

Maybe Decoder::OnPath(const Call& call, int dirfd, std::uint64_t text, Final final,
                      const char* kind) {
  Target target = Resolve(call, dirfd, text, final);
  if (!target.is_inside) return std::nullopt;
  SeenStep step = StepOf(call, kind);
  step.file = target.file;
  step.path = target.path;
  step.target = std::move(target);
  return step;
}

Maybe Decoder::OnPathOrFd(const Call& call, int dirfd, std::uint64_t text, std::uint64_t flags,
                          const char* kind) {
  const auto path = text == 0 ? std::string() : ReadText(call.task, text).value_or("");
  if (path.empty()) return OnFd(call, dirfd, kind);
  return OnPath(call, dirfd, text, FinalOf(flags), kind);
}

// --- what is opened and looked at ---

Maybe Decoder::Open(const Call& call) {
  const auto* a = call.arguments;
  int dirfd = AT_FDCWD;
  std::uint64_t text = a[0];
  std::uint64_t flags = a[1];
  switch (call.number) {
    case SYS_creat:
      flags = O_CREAT | O_WRONLY | O_TRUNC;
      break;
    case SYS_openat:
      dirfd = call.Fd(0);
      text = a[1];
      flags = a[2];
      break;
    case SYS_openat2:
      dirfd = call.Fd(0);
      text = a[1];
      flags = ReadWord(call.task, a[2]).value_or(0);
      break;
    default:
      break;
  }
  const bool is_new_only = (flags & O_CREAT) != 0 && (flags & O_EXCL) != 0;
  const bool keeps_link = (flags & O_NOFOLLOW) != 0 || is_new_only;
  auto step = OnPath(call, dirfd, text, keeps_link ? Final::kKeep : Final::kFollow, kinds::kOpen);
  if (!step) return step;
  step->flags = static_cast<std::int64_t>(flags);
  const Target& target = step->target;
  const bool is_tmpfile = (flags & O_TMPFILE) == O_TMPFILE;
  step->created = is_tmpfile || ((flags & O_CREAT) != 0 && !target.exists);
  if (is_tmpfile) step->path = "";
  step->truncated =
      (flags & O_TRUNC) != 0 && target.exists && !is_tmpfile && S_ISREG(target.seen.st_mode);
  // Opening a FIFO waits for its other end, and what goes through it is not the directory's.
  if (target.exists && !S_ISREG(target.seen.st_mode) && !S_ISDIR(target.seen.st_mode) &&
      !S_ISLNK(target.seen.st_mode)) {
    step->may_block = true;
  }
  return step;
}

Maybe Decoder::Look(const Call& call) {
  const auto* a = call.arguments;
  switch (call.number) {
    case SYS_fstat:
    case SYS_getdents:
    case SYS_getdents64:
      return OnFd(call, call.Fd(0), kinds::kLook);
    case SYS_stat:
    case SYS_access:
      return OnPath(call, AT_FDCWD, a[0], Final::kFollow, kinds::kLook);
    case SYS_lstat:
    case SYS_readlink:
      return OnPath(call, AT_FDCWD, a[0], Final::kKeep, kinds::kLook);
    case SYS_readlinkat:
      return OnPathOrFd(call, call.Fd(0), a[1], AT_SYMLINK_NOFOLLOW, kinds::kLook);
    case SYS_statx:
      return OnPathOrFd(call, call.Fd(0), a[1], a[2], kinds::kLook);
    case SYS_faccessat:
      return OnPathOrFd(call, call.Fd(0), a[1], 0, kinds::kLook);
    default:  // newfstatat, faccessat2
      return OnPathOrFd(call, call.Fd(0), a[1], a[3], kinds::kLook);
  }
}

// --- names ---

Maybe Decoder::TwoPaths(const Call& call) {
  const auto* a = call.arguments;
  const bool is_link = call.number == SYS_link || call.number == SYS_linkat;
  const bool is_plain = call.number == SYS_link || call.number == SYS_rename;
  const std::uint64_t flags =
      call.number == SYS_linkat || call.number == SYS_renameat2 ? a[4] : std::uint64_t{0};
  const int from_dir = is_plain ? AT_FDCWD : call.Fd(0);
  const std::uint64_t from_text = is_plain ? a[0] : a[1];
  const bool follows = is_link && (flags & AT_SYMLINK_FOLLOW) != 0;
  const bool is_whole = is_link && (flags & AT_EMPTY_PATH) != 0;
  Maybe step = is_whole ? OnPathOrFd(call, from_dir, from_text, 0, kinds::kLink)
                        : OnPath(call, from_dir, from_text, follows ? Final::kFollow : Final::kKeep,
                                 is_link ? kinds::kLink : kinds::kRename);
  Target to = Resolve(call, is_plain ? AT_FDCWD : call.Fd(2), is_plain ? a[1] : a[3], Final::kKeep);
  if (!step && !to.is_inside) return std::nullopt;
  if (!step || !to.is_inside) {  // into the directory or out of it
    SeenStep across = step ? std::move(*step) : StepOf(call, kinds::kUnsupported);
    if (across.path.empty()) across.path = to.path;
    across.kind = kinds::kUnsupported;
    return across;
  }
  step->to = to.path;
  step->target = std::move(to);
  if (!is_link) {
    step->flags = static_cast<std::int64_t>(flags);
    if ((flags & RENAME_EXCHANGE) != 0) step->kind = kinds::kExchange;
    if ((flags & RENAME_WHITEOUT) != 0) step->kind = kinds::kUnsupported;
  }
  return step;
}

Maybe Decoder::Symlink(const Call& call) {
  const auto* a = call.arguments;
  const bool is_plain = call.number == SYS_symlink;
  auto step = OnPath(call, is_plain ? AT_FDCWD : call.Fd(1), is_plain ? a[1] : a[2], Final::kKeep,
                     kinds::kSymlink);
  if (step) step->to = ReadText(call.task, a[0]).value_or("");
  return step;
}

Maybe Decoder::MakePath(const Call& call) {
  const bool is_at = call.number == SYS_mkdirat || call.number == SYS_mknodat;
  const bool is_directory = call.number == SYS_mkdir || call.number == SYS_mkdirat;
  return OnPath(call, is_at ? call.Fd(0) : AT_FDCWD, call.arguments[is_at ? 1 : 0], Final::kKeep,
                is_directory ? kinds::kMakeDirectory : kinds::kMakeNode);
}

Maybe Decoder::RemovePath(const Call& call) {
  const bool is_at = call.number == SYS_unlinkat;
  const bool is_directory =
      call.number == SYS_rmdir || (is_at && (call.arguments[2] & AT_REMOVEDIR) != 0);
  return OnPath(call, is_at ? call.Fd(0) : AT_FDCWD, call.arguments[is_at ? 1 : 0], Final::kKeep,
                is_directory ? kinds::kRemoveDirectory : kinds::kUnlink);
}

// --- durability and locks ---

Maybe Decoder::SyncFd(const Call& call) {
  if (call.number == SYS_syncfs) {
    struct stat seen {};
    if (!LookThroughFd(call.task, call.Fd(0), seen) || seen.st_dev != files_.device())
      return std::nullopt;
    return StepOf(call, kinds::kSyncAll);
  }
  const char* kind = call.number == SYS_fsync       ? kinds::kSync
                     : call.number == SYS_fdatasync ? kinds::kSyncData
                                                    : kinds::kSyncRange;
  auto step = OnFd(call, call.Fd(0), kind);
  if (step && call.number == SYS_sync_file_range) {
    step->offset = static_cast<std::int64_t>(call.arguments[1]);
    step->length = static_cast<std::int64_t>(call.arguments[2]);
    step->flags = static_cast<std::int64_t>(call.arguments[3]);
  }
  return step;
}

Maybe Decoder::LockFd(const Call& call) {
  auto step = OnFd(call, call.Fd(0), kinds::kLock);
  if (!step) return step;
  const auto flags = static_cast<int>(call.arguments[1]);
  step->flags = flags;
  const bool asks = flags == F_GETLK || flags == F_OFD_GETLK;
  step->releases = call.number == SYS_flock
                       ? (flags & LOCK_UN) != 0
                       : !asks && LockType(call.task, call.arguments[2]) == F_UNLCK;
  step->may_block = call.number == SYS_flock ? (flags & (LOCK_NB | LOCK_UN)) == 0
                                             : flags == F_SETLKW || flags == F_OFD_SETLKW;
  return step;
}

}  // namespace holdfast::tracer
