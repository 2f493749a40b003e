// The system calls that are looked at, by number, name and what they do.
//
// To follow a further call: add it here with its Form, and where no form fits, a way to read it to
// decode.cpp. Source: syscalls(2); arch/x86/entry/syscalls/syscall_64.tbl of Linux 6.18.
#pragma once

#include <sys/syscall.h>

#include <cstdint>

namespace holdfast::tracer {

/// How the arguments of a call are laid out.
enum class Form : std::uint8_t {
  kOpen,        ///< open, openat, openat2, creat
  kReadFd,      ///< (fd, buffer or vector, count, …)
  kWriteFd,     ///< (fd, buffer or vector, count, …)
  kCopyFd,      ///< sendfile, copy_file_range, splice: from one descriptor to another
  kLook,        ///< A path or a descriptor is looked at.
  kChange,      ///< What a path or a descriptor leads to is changed.
  kTwoPaths,    ///< link, rename and their kin
  kSymlink,     ///< (text, …, path)
  kMakePath,    ///< mkdir, mknod
  kRemovePath,  ///< unlink, rmdir
  kSyncFd,      ///< A descriptor is made durable.
  kSyncAll,     ///< sync
  kLockFd,      ///< flock, fcntl
  kMap,         ///< mmap, mprotect, msync
  kForeign,     ///< Changes in ways that are not followed: unsupported where it meets the store.
};

struct TracedCall {
  std::uint32_t number;
  const char* name;
  Form form;
  bool is_conditional = false;  ///< The filter looks at its arguments first.
};

// Newer than the headers of Debian 12.
inline constexpr std::uint32_t kSysFchmodat2 = 452;
inline constexpr std::uint32_t kSysSetxattrat = 463;
inline constexpr std::uint32_t kSysRemovexattrat = 466;
inline constexpr std::uint32_t kSysFileSetattr = 469;

inline constexpr TracedCall kTracedCalls[] = {
    {SYS_open, "open", Form::kOpen},
    {SYS_openat, "openat", Form::kOpen},
    {SYS_openat2, "openat2", Form::kOpen},
    {SYS_creat, "creat", Form::kOpen},
    {SYS_read, "read", Form::kReadFd},
    {SYS_pread64, "pread64", Form::kReadFd},
    {SYS_readv, "readv", Form::kReadFd},
    {SYS_preadv, "preadv", Form::kReadFd},
    {SYS_preadv2, "preadv2", Form::kReadFd},
    {SYS_write, "write", Form::kWriteFd},
    {SYS_pwrite64, "pwrite64", Form::kWriteFd},
    {SYS_writev, "writev", Form::kWriteFd},
    {SYS_pwritev, "pwritev", Form::kWriteFd},
    {SYS_pwritev2, "pwritev2", Form::kWriteFd},
    {SYS_sendfile, "sendfile", Form::kCopyFd},
    {SYS_copy_file_range, "copy_file_range", Form::kCopyFd},
    {SYS_splice, "splice", Form::kCopyFd},
    {SYS_stat, "stat", Form::kLook},
    {SYS_lstat, "lstat", Form::kLook},
    {SYS_fstat, "fstat", Form::kLook},
    {SYS_newfstatat, "newfstatat", Form::kLook},
    {SYS_statx, "statx", Form::kLook},
    {SYS_access, "access", Form::kLook},
    {SYS_faccessat, "faccessat", Form::kLook},
    {SYS_faccessat2, "faccessat2", Form::kLook},
    {SYS_readlink, "readlink", Form::kLook},
    {SYS_readlinkat, "readlinkat", Form::kLook},
    {SYS_getdents, "getdents", Form::kLook},
    {SYS_getdents64, "getdents64", Form::kLook},
    {SYS_truncate, "truncate", Form::kChange},
    {SYS_ftruncate, "ftruncate", Form::kChange},
    {SYS_fallocate, "fallocate", Form::kChange},
    {SYS_chmod, "chmod", Form::kChange},
    {SYS_fchmod, "fchmod", Form::kChange},
    {SYS_fchmodat, "fchmodat", Form::kChange},
    {kSysFchmodat2, "fchmodat2", Form::kChange},
    {SYS_chown, "chown", Form::kChange},
    {SYS_lchown, "lchown", Form::kChange},
    {SYS_fchown, "fchown", Form::kChange},
    {SYS_fchownat, "fchownat", Form::kChange},
    {SYS_utime, "utime", Form::kChange},
    {SYS_utimes, "utimes", Form::kChange},
    {SYS_futimesat, "futimesat", Form::kChange},
    {SYS_utimensat, "utimensat", Form::kChange},
    {SYS_link, "link", Form::kTwoPaths},
    {SYS_linkat, "linkat", Form::kTwoPaths},
    {SYS_rename, "rename", Form::kTwoPaths},
    {SYS_renameat, "renameat", Form::kTwoPaths},
    {SYS_renameat2, "renameat2", Form::kTwoPaths},
    {SYS_symlink, "symlink", Form::kSymlink},
    {SYS_symlinkat, "symlinkat", Form::kSymlink},
    {SYS_mkdir, "mkdir", Form::kMakePath},
    {SYS_mkdirat, "mkdirat", Form::kMakePath},
    {SYS_mknod, "mknod", Form::kMakePath},
    {SYS_mknodat, "mknodat", Form::kMakePath},
    {SYS_unlink, "unlink", Form::kRemovePath},
    {SYS_unlinkat, "unlinkat", Form::kRemovePath},
    {SYS_rmdir, "rmdir", Form::kRemovePath},
    {SYS_fsync, "fsync", Form::kSyncFd},
    {SYS_fdatasync, "fdatasync", Form::kSyncFd},
    {SYS_sync_file_range, "sync_file_range", Form::kSyncFd},
    {SYS_syncfs, "syncfs", Form::kSyncFd},
    {SYS_sync, "sync", Form::kSyncAll},
    {SYS_flock, "flock", Form::kLockFd},
    {SYS_fcntl, "fcntl", Form::kLockFd, true},
    {SYS_mmap, "mmap", Form::kMap, true},
    {SYS_mprotect, "mprotect", Form::kMap, true},
    {SYS_msync, "msync", Form::kMap},
    {SYS_setxattr, "setxattr", Form::kForeign},
    {SYS_lsetxattr, "lsetxattr", Form::kForeign},
    {SYS_fsetxattr, "fsetxattr", Form::kForeign},
    {SYS_removexattr, "removexattr", Form::kForeign},
    {SYS_lremovexattr, "lremovexattr", Form::kForeign},
    {SYS_fremovexattr, "fremovexattr", Form::kForeign},
    {kSysSetxattrat, "setxattrat", Form::kForeign},
    {kSysRemovexattrat, "removexattrat", Form::kForeign},
    {kSysFileSetattr, "file_setattr", Form::kForeign},
    {SYS_ioctl, "ioctl", Form::kForeign, true},
    {SYS_bind, "bind", Form::kForeign},
    {SYS_open_by_handle_at, "open_by_handle_at", Form::kForeign},
};

// They take file operations where no filter sees them.
inline constexpr std::uint32_t kRefusedCalls[] = {
    SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register, SYS_io_setup, SYS_io_submit};

/// The call with this number; null where it is not looked at.
[[nodiscard]] constexpr const TracedCall* TracedCallOf(std::uint64_t number) {
  for (const TracedCall& call : kTracedCalls) {
    if (call.number == number) return &call;
  }
  return nullptr;
}

}  // namespace holdfast::tracer
