// Reads lines ended by LF alone from a blocking descriptor, and never holds more than one line's
// limit of them.
#pragma once

#include <cstddef>
#include <string>

namespace holdfast::conformance {

/// The longest line of driver protocol 1. Units: bytes, the LF not counted by a reader and counted
/// by a writer.
inline constexpr std::size_t kMaxLineBytes = std::size_t{16} << 20U;

/// Threads: not shared.
class LineReader {
 public:
  enum class Outcome {
    kLine,      ///< A whole line, without its LF.
    kOversize,  ///< A line of more than kMaxLineBytes ended; it was skipped.
    kEnd,       ///< End of input; a line that had not ended is dropped.
    kFailed,    ///< The descriptor cannot be read.
  };

  /// Does not own `fd`.
  explicit LineReader(int fd) : fd_(fd) {}

  /// Waits for the next line and puts it into `line`, which is empty for every other outcome.
  [[nodiscard]] Outcome Next(std::string& line);

 private:
  int fd_;
  std::string buffer_;     // what was read and not yet handed out
  std::size_t begin_ = 0;  // the next line's first byte in buffer_
};

}  // namespace holdfast::conformance
