#include "conformance/actor/line_channel.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "conformance/driver/line_reader.h"
#include "conformance/driver/sigpipe_block.h"

namespace holdfast::conformance {
namespace {

constexpr std::size_t kChunkBytes = 65536;
// Output is not read ahead of its use beyond this.
constexpr std::size_t kReadAheadBytes = std::size_t{64} << 20U;
constexpr std::chrono::seconds kGroupEndDeadline{2};

ssize_t ReadRetrying(int fd, std::array<char, kChunkBytes>& into) {
  ssize_t got = 0;
  do {
    got = read(fd, into.data(), into.size());
  } while (got < 0 && errno == EINTR);
  return got;
}

// True once one of the descriptors is ready.
template <std::size_t kCount>
bool PollUntil(std::array<pollfd, kCount>& waits, SteadyTime deadline) {
  for (;;) {
    const int ready = poll(waits.data(), waits.size(), PollMillis(deadline));
    if (ready > 0) return true;
    if (ready == 0 && std::chrono::steady_clock::now() >= deadline) return false;
    if (ready < 0 && errno != EINTR) return false;
  }
}

}  // namespace

LineChannel::Wrote LineChannel::Write(std::string_view text, SteadyTime deadline) {
  SigpipeBlock sigpipe;
  while (!text.empty()) {
    const ssize_t written = write(child_.stdin_fd(), text.data(), text.size());
    if (written > 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (written < 0 && errno == EAGAIN) {
      if (process_ended_) return Wrote::kClosed;  // whoever still holds the other end
      if (!Pump(kInput | kOutput | kErrors, deadline)) return Wrote::kTimeout;
    } else if (written < 0 && errno != EINTR) {
      if (errno == EPIPE) sigpipe.NoteRaised();
      return Wrote::kClosed;
    }
  }
  return Wrote::kAll;
}

LineChannel::Got LineChannel::Next(std::string& line, SteadyTime deadline) {
  for (;;) {
    const Got got = Extract(line);
    if (got != Got::kNothing) return got;
    if (!Pump(kOutput | kErrors, deadline)) return Extract(line);
  }
}

LineChannel::Got LineChannel::NextIfThere(std::string& line) {
  for (;;) {
    const Got got = Extract(line);
    if (got != Got::kNothing || !TakeOutput()) return got;
  }
}

std::string LineChannel::Unfinished() const { return output_.substr(begin_, kKeptBytes); }

bool LineChannel::AwaitExit(SteadyTime deadline) {
  while (!child_.ReapIfEnded()) {
    if (!Pump(kOutput | kErrors, deadline)) return child_.ReapIfEnded();
  }
  DrainAfterEnd();
  return true;
}

void LineChannel::Kill() {
  child_.Kill();
  DrainAfterEnd();
}

void LineChannel::DrainAfterEnd() {
  // Only the leader was reaped. What else was in the group is dead once nobody holds the pipes;
  // whoever left the group keeps us no longer than this.
  const SteadyTime deadline = std::chrono::steady_clock::now() + kGroupEndDeadline;
  while (!output_ended_ && PumpOutput(deadline)) {
  }
  output_ended_ = true;
  child_.host().TakeErrors();
}

LineChannel::Got LineChannel::Extract(std::string& line) {
  const std::size_t end = output_.find('\n', searched_);
  const std::size_t bytes = (end == std::string::npos ? output_.size() : end) - begin_;
  if (bytes > kMaxLineBytes) {
    line = Unfinished();
    return Got::kOversize;
  }
  if (end == std::string::npos) {
    searched_ = output_.size();
    return output_ended_ ? Got::kEnd : Got::kNothing;
  }
  line.assign(output_, begin_, bytes);
  begin_ = searched_ = end + 1;
  if (begin_ == output_.size()) {
    output_.clear();
    begin_ = searched_ = 0;
  }
  return Got::kLine;
}

bool LineChannel::Pump(unsigned streams, SteadyTime deadline) {
  const bool room = output_.size() - begin_ < kReadAheadBytes;
  const bool output = (streams & kOutput) != 0 && !output_ended_ && room;
  const bool errors = (streams & kErrors) != 0;
  std::array<pollfd, 4> waits{{{output ? child_.stdout_fd() : -1, POLLIN, 0},
                               {errors ? child_.host().stderr_fd() : -1, POLLIN, 0},
                               {process_ended_ ? -1 : child_.exit_fd(), POLLIN, 0},
                               {(streams & kInput) != 0 ? child_.stdin_fd() : -1, POLLOUT, 0}}};
  if (!PollUntil(waits, deadline)) return false;
  if (waits[0].revents != 0) (void)TakeOutput();
  if (waits[1].revents != 0) child_.host().TakeErrors();
  if (waits[2].revents != 0) {  // whoever still holds the pipe, the driver is gone
    process_ended_ = true;
    while (output_.size() - begin_ < kReadAheadBytes && TakeOutput()) {
    }
    output_ended_ = true;
  }
  return std::chrono::steady_clock::now() < deadline;
}

bool LineChannel::PumpOutput(SteadyTime deadline) {
  if (output_.size() - begin_ >= kReadAheadBytes) return false;
  std::array<pollfd, 1> waits{{{child_.stdout_fd(), POLLIN, 0}}};
  return PollUntil(waits, deadline) && (TakeOutput() || !output_ended_);
}

bool LineChannel::TakeOutput() {
  if (output_ended_) return false;
  std::array<char, kChunkBytes> chunk;
  const ssize_t got = ReadRetrying(child_.stdout_fd(), chunk);
  if (got > 0) {
    if (begin_ > kChunkBytes) {
      output_.erase(0, begin_);
      searched_ -= begin_;
      begin_ = 0;
    }
    output_.append(chunk.data(), static_cast<std::size_t>(got));
    return true;
  }
  if (got == 0 || errno != EAGAIN) output_ended_ = true;
  return false;
}

}  // namespace holdfast::conformance
