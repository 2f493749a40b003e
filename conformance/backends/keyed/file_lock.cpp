#include "conformance/backends/keyed/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "conformance/backends/keyed/refused.h"

namespace holdfast::conformance {

FileLock::FileLock(const std::string& path, const Patience& patience)
    : fd_(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) {
  if (fd_ < 0) Refuse(ErrorCode::kIo, path + ": " + std::strerror(errno));
  int error = 0;
  const bool is_had = patience.Until([&] {
    error = flock(fd_, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
    return error != EWOULDBLOCK && error != EINTR;
  });
  if (is_had && error == 0) return;
  close(fd_);
  if (!is_had) Refuse(ErrorCode::kBusy, path + " was held by another for too long");
  Refuse(ErrorCode::kIo, path + ": " + std::strerror(error));
}

FileLock::~FileLock() { close(fd_); }

}  // namespace holdfast::conformance
