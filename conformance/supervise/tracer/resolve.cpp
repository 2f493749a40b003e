#include "conformance/supervise/tracer/resolve.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace holdfast::tracer {
namespace {

constexpr int kMostLinks = 40;  // as the kernel has it

std::string ProcOf(pid_t task) { return "/proc/" + std::to_string(task) + "/"; }

std::string FdPath(pid_t task, int fd) { return ProcOf(task) + "fd/" + std::to_string(fd); }

// A path as this process can walk it.
std::string Walkable(pid_t task, int dirfd, const std::string& path) {
  if (path.starts_with("/")) {
    for (const auto& [prefix, instead] : {std::pair<std::string, std::string>{"/proc/self/", ""},
                                          {"/proc/thread-self/", ""},
                                          {"/dev/fd/", "fd/"}}) {
      if (path.starts_with(prefix)) return ProcOf(task) + instead + path.substr(prefix.size());
    }
    return path;
  }
  return (dirfd == AT_FDCWD ? ProcOf(task) + "cwd" : FdPath(task, dirfd)) + "/" + path;
}

struct Split {
  std::string parent;
  std::string base;  // empty where the path ends in "." or "..", or is "/"
};

Split SplitLast(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  const std::size_t slash = path.rfind('/');
  std::string base = path.substr(slash + 1);
  if (base.empty() || base == "." || base == "..") return {path, ""};
  return {slash == 0 ? "/" : path.substr(0, slash), std::move(base)};
}

// A path that has no name of its own at its end: what it leads to is there, or nothing is.
void ResolveWhole(StoreFiles& files, const std::string& path, Target& target) {
  target.parent = Held();
  if (stat(path.c_str(), &target.seen) != 0) return;
  target.exists = true;
  target.file = files.Find(target.seen);
  target.is_inside = target.file != nullptr;
  if (target.is_inside) target.path = files.PathOf(*target.file);
}

// A path through a directory that is missing: it is the store's where what is there of it is.
void ResolveMissing(StoreFiles& files, const Split& missing, Target& target) {
  std::string rest = missing.base;
  for (std::string path = missing.parent; errno == ENOENT;) {
    const Split split = SplitLast(path);
    if (split.base.empty()) return;
    rest = split.base + "/" + rest;
    struct stat seen {};
    if (stat(split.parent.c_str(), &seen) == 0) {
      const StoreFile* directory = files.Find(seen);
      if (directory == nullptr) return;
      const std::string above = files.PathOf(*directory);
      target.is_inside = true;
      target.path = above.empty() ? rest : above + "/" + rest;
      return;
    }
    path = split.parent;
  }
}

// What stands at the name of a directory of the store.
void MeetAt(StoreFiles& files, Target& target) {
  target.file = files.Find(target.seen);
  if (target.file != nullptr) return;
  struct stat seen {};
  Held held = HoldAt(target.parent, target.base, seen);
  if (held.open()) target.file = &files.Meet(std::move(held), seen);
}

bool IsOfProc(const Held& directory) {
  struct statfs seen {};
  return fstatfs(directory.get(), &seen) == 0 && seen.f_type == PROC_SUPER_MAGIC;
}

std::string LinkAt(const Held& parent, const std::string& base) {
  char text[PATH_MAX];
  const ssize_t length = readlinkat(parent.get(), base.c_str(), text, sizeof text);
  return length <= 0 ? "" : std::string(text, static_cast<std::size_t>(length));
}

}  // namespace

Held HoldAt(const Held& parent, const std::string& base, struct stat& seen) {
  Held held(openat(parent.get(), base.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (held.open() && fstat(held.get(), &seen) != 0) return Held();
  return held;
}

Target ResolvePath(StoreFiles& files, pid_t task, int dirfd, const std::string& path, Final final) {
  Target target;
  std::string walk = Walkable(task, dirfd, path);
  for (int links = 0; links < kMostLinks; ++links) {
    const Split split = SplitLast(walk);
    if (split.base.empty()) {
      ResolveWhole(files, split.parent, target);
      return target;
    }
    target.parent = Held(open(split.parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!target.parent.open()) {
      ResolveMissing(files, split, target);
      return target;
    }
    target.base = split.base;
    target.exists =
        fstatat(target.parent.get(), split.base.c_str(), &target.seen, AT_SYMLINK_NOFOLLOW) == 0;
    const bool ends_in_slash = walk.back() == '/';
    if (!target.exists || !S_ISLNK(target.seen.st_mode) ||
        (final == Final::kKeep && !ends_in_slash)) {
      break;
    }
    if (IsOfProc(target.parent)) {  // such a link leads to a file, not to the path it shows
      ResolveWhole(files, walk, target);
      return target;
    }
    const std::string link = LinkAt(target.parent, split.base);
    if (link.empty()) return target;
    walk = link.starts_with("/") ? link : KernelPathOf(target.parent.get()) + "/" + link;
  }
  struct stat parent_seen {};
  if (fstat(target.parent.get(), &parent_seen) != 0) return target;
  if (StoreFile* directory = files.Find(parent_seen); directory != nullptr) {
    target.is_inside = true;
    const std::string above = files.PathOf(*directory);
    target.path = above.empty() ? target.base : above + "/" + target.base;
    if (target.exists) MeetAt(files, target);
  } else if (target.exists) {
    // The directory itself, or a file of the store by a name from outside.
    target.file = files.Find(target.seen);
    target.is_inside = target.file != nullptr;
    if (target.is_inside) target.path = files.PathOf(*target.file);
    target.parent = Held();
  }
  return target;
}

bool LookThroughFd(pid_t task, int fd, struct stat& seen) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/%d/fd/%d", task, fd);
  return stat(path, &seen) == 0;
}

Held HoldFd(pid_t task, int fd) { return Held(open(FdPath(task, fd).c_str(), O_PATH | O_CLOEXEC)); }

std::optional<OpenFileState> StateOfFd(pid_t task, int fd) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", task, fd);
  const Held file(open(path, O_RDONLY | O_CLOEXEC));
  char text[256];
  const ssize_t length = file.open() ? read(file.get(), text, sizeof text - 1) : -1;
  if (length <= 0) return std::nullopt;
  text[length] = '\0';
  OpenFileState state;
  long long position = 0;
  unsigned long long flags = 0;
  if (std::sscanf(text, "pos: %lld flags: %llo", &position, &flags) != 2) return std::nullopt;
  state.position = position;
  state.flags = static_cast<std::int64_t>(flags);
  return state;
}

}  // namespace holdfast::tracer
