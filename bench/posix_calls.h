// The system calls of the benchmarks, each of which throws where it fails: a figure from a call
// that failed is no figure.
#pragma once

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>

namespace holdfast::bench {

/// The result of a call that answers a negative number where it fails, with the reason in errno.
/// Errors: throws std::system_error, which nobody needs to catch.
template <typename Result>
Result Must(Result result, const char* what) {
  if (result >= 0) return result;
  throw std::system_error(errno, std::generic_category(), what);
}

/// An open file, closed at the end; with it goes its flock.
class OpenFile {
 public:
  OpenFile(const std::string& path, int flags)
      : fd_(Must(::open(path.c_str(), flags | O_CLOEXEC, 0600), path.c_str())) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() { ::close(fd_); }

  [[nodiscard]] int fd() const { return fd_; }
  void Lock() const { Must(::flock(fd_, LOCK_EX), "flock"); }
  void Sync() const { Must(::fsync(fd_), "fsync"); }
  void Write(std::string_view bytes) const {
    while (!bytes.empty())
      bytes.remove_prefix(
          static_cast<std::size_t>(Must(::write(fd_, bytes.data(), bytes.size()), "write")));
  }

 private:
  int fd_;
};

}  // namespace holdfast::bench
