// Steps that move bytes or change what a file is.
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "conformance/supervise/tracer/decode.h"
#include "conformance/supervise/tracer/memory.h"

namespace holdfast::tracer {
namespace {

using Maybe = std::optional<SeenStep>;

constexpr std::uint64_t kNoOffset = ~std::uint64_t{0};

struct MovingCall {
  bool is_vector;
  int offset_argument;  // -1: at the descriptor's position
  int flags_argument;   // -1: none
};

MovingCall ShapeOf(std::uint64_t number) {
  switch (number) {
    case SYS_pread64:
    case SYS_pwrite64:
      return {false, 3, -1};
    case SYS_readv:
    case SYS_writev:
      return {true, -1, -1};
    case SYS_preadv:
    case SYS_pwritev:
      return {true, 3, -1};
    case SYS_preadv2:
    case SYS_pwritev2:
      return {true, 3, 5};
    default:
      return {false, -1, -1};
  }
}

// How much a call is to move; nothing where the kernel will refuse it anyway.
std::optional<std::uint64_t> LengthOf(const Call& call, bool is_vector) {
  if (!is_vector) return call.arguments[2];
  const auto pieces = ReadPieces(call.task, call.arguments[1], call.arguments[2]);
  if (!pieces) return std::nullopt;
  std::uint64_t total = 0;
  for (const Piece& piece : *pieces) total += piece.bytes;
  return total;
}

std::string BytesOf(const Call& call, bool is_vector) {
  if (!is_vector) return ReadBytes(call.task, call.arguments[1], call.arguments[2]).value_or("");
  std::string bytes;
  const auto pieces = ReadPieces(call.task, call.arguments[1], call.arguments[2]);
  if (!pieces) return bytes;
  for (const Piece& piece : *pieces)
    bytes += ReadBytes(call.task, piece.address, piece.bytes).value_or("");
  return bytes;
}

}  // namespace

Maybe Decoder::ReadFd(const Call& call) {
  auto step = OnFd(call, call.Fd(0), kinds::kRead);
  if (!step) return step;
  const MovingCall shape = ShapeOf(call.number);
  step->length = static_cast<std::int64_t>(LengthOf(call, shape.is_vector).value_or(0));
  if (shape.offset_argument >= 0)
    step->offset = static_cast<std::int64_t>(call.arguments[shape.offset_argument]);
  step->count_argument = 2;
  step->is_vector = shape.is_vector;
  return step;
}

Maybe Decoder::WriteFd(const Call& call) {
  struct stat seen {};
  if (!LookThroughFd(call.task, call.Fd(0), seen)) return std::nullopt;
  const bool is_output = IsOutput(seen);
  SeenStep step;
  if (is_output) {
    step.kind = kinds::kAcknowledge;
    step.call = call.name;
  } else {
    auto on_fd = OnFd(call, call.Fd(0), kinds::kWrite);
    if (!on_fd) return std::nullopt;
    step = std::move(*on_fd);
  }
  const MovingCall shape = ShapeOf(call.number);
  const auto length = LengthOf(call, shape.is_vector);
  step.length = static_cast<std::int64_t>(length.value_or(0));
  step.count_argument = 2;
  step.is_vector = shape.is_vector;
  if (length) step.bytes = BytesOf(call, shape.is_vector);
  if (is_output) return step;
  const auto state = StateOfFd(call.task, call.Fd(0)).value_or(OpenFileState{});
  const std::uint64_t flags = shape.flags_argument < 0 ? 0 : call.arguments[shape.flags_argument];
  const std::uint64_t offset =
      shape.offset_argument < 0 ? kNoOffset : call.arguments[shape.offset_argument];
  step.offset = offset == kNoOffset ? state.position : static_cast<std::int64_t>(offset);
  // Linux appends whatever the offset says: pwrite(2), BUGS.
  step.is_at_end = (state.flags & O_APPEND) != 0 || (flags & RWF_APPEND) != 0;
  if ((state.flags & O_SYNC) == O_SYNC || (flags & RWF_SYNC) != 0) {
    step.through = "full";
  } else if ((state.flags & O_DSYNC) != 0 || (flags & RWF_DSYNC) != 0) {
    step.through = "data";
  }
  return step;
}

// The bytes come from a file or a pipe: what arrived is read from the file afterwards.
Maybe Decoder::CopyFd(const Call& call) {
  const auto* a = call.arguments;
  const bool is_sendfile = call.number == SYS_sendfile;
  const int out = is_sendfile ? call.Fd(0) : call.Fd(2);
  const std::uint64_t offset_at = is_sendfile ? 0 : a[3];
  struct stat seen {};
  if (!LookThroughFd(call.task, out, seen)) return std::nullopt;
  if (IsOutput(seen)) {
    SeenStep step;
    step.call = call.name;
    return step;  // unsupported: lines that cannot be counted
  }
  auto step = OnFd(call, out, kinds::kWrite);
  if (!step) return OnFd(call, is_sendfile ? call.Fd(1) : call.Fd(0), kinds::kRead);
  step->length = static_cast<std::int64_t>(is_sendfile ? a[3] : a[4]);
  step->is_copied = true;
  const auto state = StateOfFd(call.task, out).value_or(OpenFileState{});
  step->offset = offset_at == 0
                     ? state.position
                     : static_cast<std::int64_t>(ReadWord(call.task, offset_at).value_or(0));
  step->is_at_end = (state.flags & O_APPEND) != 0;
  step->count_argument = is_sendfile ? 3 : 4;
  return step;
}

Maybe Decoder::Change(const Call& call) {
  const auto* a = call.arguments;
  Maybe step;
  switch (call.number) {
    case SYS_truncate:
      step = OnPath(call, AT_FDCWD, a[0], Final::kFollow, kinds::kTruncate);
      if (step) step->length = static_cast<std::int64_t>(a[1]);
      return step;
    case SYS_ftruncate:
      step = OnFd(call, call.Fd(0), kinds::kTruncate);
      if (step) step->length = static_cast<std::int64_t>(a[1]);
      return step;
    case SYS_fallocate:
      step = OnFd(call, call.Fd(0), kinds::kAllocate);
      if (!step) return step;
      step->flags = static_cast<std::int64_t>(a[1]);
      step->offset = static_cast<std::int64_t>(a[2]);
      step->length = static_cast<std::int64_t>(a[3]);
      return step;
    case SYS_chmod:
      return OnPath(call, AT_FDCWD, a[0], Final::kFollow, kinds::kChangeMode);
    case SYS_fchmod:
      return OnFd(call, call.Fd(0), kinds::kChangeMode);
    case SYS_fchmodat:
      return OnPath(call, call.Fd(0), a[1], Final::kFollow, kinds::kChangeMode);
    case SYS_chown:
    case SYS_utime:
    case SYS_utimes:
      return OnPath(call, AT_FDCWD, a[0], Final::kFollow, kinds::kChangeOther);
    case SYS_lchown:
      return OnPath(call, AT_FDCWD, a[0], Final::kKeep, kinds::kChangeOther);
    case SYS_fchown:
      return OnFd(call, call.Fd(0), kinds::kChangeOther);
    case SYS_fchownat:
      return OnPathOrFd(call, call.Fd(0), a[1], a[4], kinds::kChangeOther);
    case SYS_futimesat:
      return OnPathOrFd(call, call.Fd(0), a[1], 0, kinds::kChangeOther);
    case SYS_utimensat:
      return OnPathOrFd(call, call.Fd(0), a[1], a[3], kinds::kChangeOther);
    default:  // fchmodat2
      return OnPathOrFd(call, call.Fd(0), a[1], a[3], kinds::kChangeMode);
  }
}

// --- mapped files ---

StoreFile* Decoder::MappedFileAt(pid_t task, std::uint64_t address, std::uint64_t bytes) {
  std::ifstream maps("/proc/" + std::to_string(task) + "/maps");
  for (std::string line; std::getline(maps, line);) {
    unsigned long from = 0;
    unsigned long to = 0;
    char rights[8] = "";
    unsigned major_number = 0;
    unsigned minor_number = 0;
    unsigned long inode = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx %7s %*x %x:%x %lu", &from, &to, rights, &major_number,
                    &minor_number, &inode) != 6 ||
        std::strchr(rights, 's') == nullptr || to <= address || from >= address + bytes) {
      continue;
    }
    struct stat seen {};
    seen.st_dev = makedev(major_number, minor_number);
    seen.st_ino = inode;
    if (StoreFile* file = files_.Find(seen); file != nullptr) return file;
  }
  return nullptr;
}

Maybe Decoder::Map(const Call& call) {
  const auto* a = call.arguments;
  SeenStep step;
  step.call = call.name;
  step.kind = call.number == SYS_msync ? kinds::kSyncMap : kinds::kMap;
  if (call.number == SYS_mmap) {
    if ((a[3] & MAP_ANONYMOUS) != 0) return std::nullopt;
    auto on_fd = OnFd(call, call.Fd(4), kinds::kMap);
    if (!on_fd) return std::nullopt;
    if ((a[2] & PROT_WRITE) == 0) {  // it may become writable later
      has_shared_maps_ = true;
      return std::nullopt;
    }
    on_fd->offset = static_cast<std::int64_t>(a[5]);
    on_fd->length = static_cast<std::int64_t>(a[1]);
    has_shared_maps_ = true;
    return on_fd;
  }
  if (!has_shared_maps_) return std::nullopt;
  if (call.number == SYS_msync && (a[2] & MS_SYNC) == 0) return std::nullopt;
  step.file = MappedFileAt(call.task, a[0], a[1]);
  if (step.file == nullptr) return std::nullopt;
  step.path = files_.PathOf(*step.file);
  step.length = static_cast<std::int64_t>(a[1]);
  return step;
}

// --- what is not followed ---

Maybe Decoder::Foreign(const Call& call) {
  const auto* a = call.arguments;
  switch (call.number) {
    case SYS_fsetxattr:
    case SYS_fremovexattr:
    case SYS_ioctl:
      return OnFd(call, call.Fd(0), kinds::kUnsupported);
    case SYS_lsetxattr:
    case SYS_lremovexattr:
      return OnPath(call, AT_FDCWD, a[0], Final::kKeep, kinds::kUnsupported);
    case SYS_setxattr:
    case SYS_removexattr:
      return OnPath(call, AT_FDCWD, a[0], Final::kFollow, kinds::kUnsupported);
    case SYS_bind: {
      const auto address = ReadBytes(call.task, a[1], std::min<std::uint64_t>(a[2], 110));
      constexpr std::size_t kPathAt = offsetof(sockaddr_un, sun_path);
      if (!address || address->size() <= kPathAt || (*address)[0] != AF_UNIX ||
          (*address)[kPathAt] == '\0') {
        return std::nullopt;
      }
      const std::string path = address->substr(kPathAt).c_str();
      const Target target = ResolvePath(files_, call.task, AT_FDCWD, path, Final::kKeep);
      if (!target.is_inside) return std::nullopt;
      SeenStep step;
      step.call = call.name;
      step.path = target.path;
      return step;
    }
    case SYS_open_by_handle_at: {
      struct stat seen {};
      if (!LookThroughFd(call.task, call.Fd(0), seen) || seen.st_dev != files_.device())
        return std::nullopt;
      SeenStep step;
      step.call = call.name;
      return step;
    }
    default:  // setxattrat, removexattrat, file_setattr
      return OnPathOrFd(call, call.Fd(0), a[1], a[2], kinds::kUnsupported);
  }
}

}  // namespace holdfast::tracer
