// Lines to and from a driver process, each wait with a deadline.
//
// One poll loop serves all streams: standard error is drained whatever else is awaited, and output
// is taken in while a request is being written, so neither side can block the other for good.
#pragma once

#include <string>
#include <string_view>

#include "conformance/actor/child_process.h"

namespace holdfast::conformance {

/// Threads: not shared.
class LineChannel {
 public:
  /// How much of an offending line is kept. Units: bytes.
  static constexpr std::size_t kKeptBytes = 4096;

  explicit LineChannel(ChildProcess child) : child_(std::move(child)) {}

  enum class Wrote { kAll, kClosed, kTimeout };
  /// Writes all of `text`. kClosed: the driver does not read any more.
  [[nodiscard]] Wrote Write(std::string_view text, SteadyTime deadline);

  enum class Got {
    kLine,      ///< A whole line, without its LF.
    kNothing,   ///< The deadline passed.
    kEnd,       ///< The output or the process ended; Unfinished() is what stood after the last LF.
    kOversize,  ///< A line of more than 16 MiB; `line` has its first kKeptBytes.
  };
  /// Waits for the next line.
  [[nodiscard]] Got Next(std::string& line, SteadyTime deadline);
  /// The next line, where it has come already.
  [[nodiscard]] Got NextIfThere(std::string& line);
  /// The bytes after the last line handed out; at most kKeptBytes of them.
  [[nodiscard]] std::string Unfinished() const;

  /// Waits until the process has ended, taking in what it still writes. False: the deadline passed.
  [[nodiscard]] bool AwaitExit(SteadyTime deadline);
  /// Kills the process group; what the driver had written can still be taken with NextIfThere().
  void Kill();

  [[nodiscard]] ChildProcess& child() { return child_; }
  /// The last of what the driver's process wrote to standard error up to now.
  [[nodiscard]] std::string StderrTail() { return child_.host().StderrTail(); }

 private:
  enum Streams : unsigned { kOutput = 1, kErrors = 2, kInput = 4 };

  [[nodiscard]] Got Extract(std::string& line);
  // Waits for one of the streams or the process's end, and takes in what came. False: an error or
  // the deadline.
  bool Pump(unsigned streams, SteadyTime deadline);
  // One read of standard output. False: nothing there.
  bool TakeOutput();
  bool PumpOutput(SteadyTime deadline);
  void DrainAfterEnd();

  ChildProcess child_;
  std::string output_;         // what was read and not yet handed out
  std::size_t begin_ = 0;      // the next line's first byte in output_
  std::size_t searched_ = 0;   // no LF in output_ before this
  bool output_ended_ = false;  // end of file, or the process has ended
  bool process_ended_ = false;
};

}  // namespace holdfast::conformance
