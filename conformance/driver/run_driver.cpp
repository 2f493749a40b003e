#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "conformance/driver/line_reader.h"
#include "conformance/driver/session.h"
#include "conformance/driver/sigpipe_block.h"
#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {
namespace {

bool WriteAll(int fd, std::string_view text) {
  SigpipeBlock sigpipe;
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd wait{fd, POLLOUT, 0};
      if (poll(&wait, 1, -1) < 0 && errno != EINTR) return false;
    } else if (errno != EINTR) {
      if (errno == EPIPE) sigpipe.NoteRaised();
      return false;
    }
  }
  return true;
}

}  // namespace

int RunDriver(Backend& backend, int in_fd, int out_fd) {
  DriverSession session(backend);
  LineReader reader(in_fd);
  std::string line;
  for (;;) {
    switch (reader.Next(line)) {
      case LineReader::Outcome::kLine: {
        const Served served = session.Serve(line);
        if (!WriteAll(out_fd, served.output)) return 1;
        if (served.stopped) return 0;
        break;
      }
      case LineReader::Outcome::kOversize:
        if (!WriteAll(out_fd, DriverSession::RefuseOversizeLine())) return 1;
        break;
      case LineReader::Outcome::kEnd:
        return 0;
      case LineReader::Outcome::kFailed:
        return 1;
    }
  }
}

}  // namespace holdfast::conformance
