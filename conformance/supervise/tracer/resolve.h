// Where the paths and descriptors of a stopped process lead.
//
// The kernel is asked, through /proc/<task>/cwd and /proc/<task>/fd: it knows what was duplicated,
// inherited, sent over a socket, renamed or unlinked since. Only the last component of a path is
// walked here, since it may not be there yet. Source: path_resolution(7), proc(5).
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <optional>
#include <string>

#include "conformance/supervise/tracer/held.h"
#include "conformance/supervise/tracer/store_files.h"

namespace holdfast::tracer {

/// Where a path leads.
struct Target {
  bool is_inside = false;     ///< Its name is, or would be, in the store's directory or below.
  std::string path;           ///< Then: relative to that directory.
  Held parent;                ///< Then: the directory its name is in; closed for the root itself.
  std::string base;           ///< The name there.
  bool exists = false;        ///< Something stands at the name.
  struct stat seen {};        ///< What stands there.
  StoreFile* file = nullptr;  ///< The same, where it is the store's.
};

/// Whether a symbolic link at the end of a path is followed.
enum class Final { kFollow, kKeep };

/// `dirfd` as the process means it; AT_FDCWD for its working directory. A file of the store that
/// was not known, made by somebody who is not supervised, is met.
[[nodiscard]] Target ResolvePath(StoreFiles& files, pid_t task, int dirfd, const std::string& path,
                                 Final final);

/// What a descriptor leads to. False where it is none.
[[nodiscard]] bool LookThroughFd(pid_t task, int fd, struct stat& seen);

/// The same, held. Not open where it is none.
[[nodiscard]] Held HoldFd(pid_t task, int fd);

/// Position and flags of an open file. Source: proc(5), /proc/pid/fdinfo.
struct OpenFileState {
  std::int64_t position = 0;
  std::int64_t flags = 0;
};
[[nodiscard]] std::optional<OpenFileState> StateOfFd(pid_t task, int fd);

/// What stands at a name of a directory, held; not open where there is nothing.
[[nodiscard]] Held HoldAt(const Held& parent, const std::string& base, struct stat& seen);

}  // namespace holdfast::tracer
