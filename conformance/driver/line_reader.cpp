#include "conformance/driver/line_reader.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace holdfast::conformance {
namespace {

constexpr std::size_t kChunkBytes = 65536;

// read(2) that waits where the descriptor is non-blocking and goes on where a signal interrupts.
ssize_t ReadSome(int fd, char* into, std::size_t bytes) {
  for (;;) {
    const ssize_t got = read(fd, into, bytes);
    if (got >= 0) return got;
    if (errno == EAGAIN) {
      pollfd wait{fd, POLLIN, 0};
      if (poll(&wait, 1, -1) < 0 && errno != EINTR) return -1;
    } else if (errno != EINTR) {
      return -1;
    }
  }
}

}  // namespace

LineReader::Outcome LineReader::Next(std::string& line) {
  line.clear();
  bool oversize = false;
  std::size_t searched = begin_;
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      oversize = oversize || end - begin_ > kMaxLineBytes;
      if (!oversize) line.assign(buffer_, begin_, end - begin_);
      begin_ = end + 1;
      if (begin_ == buffer_.size()) {
        buffer_.clear();
        begin_ = 0;
      }
      return oversize ? Outcome::kOversize : Outcome::kLine;
    }
    buffer_.erase(0, begin_);
    begin_ = 0;
    if (oversize || buffer_.size() > kMaxLineBytes) {
      oversize = true;
      buffer_.clear();
    }
    searched = buffer_.size();
    std::array<char, kChunkBytes> chunk;
    const ssize_t got = ReadSome(fd_, chunk.data(), chunk.size());
    if (got == 0) return Outcome::kEnd;
    if (got < 0) return Outcome::kFailed;
    buffer_.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace holdfast::conformance
