// Reads a concurrent history line by line: what holds of every history, whatever its operations
// are. A dialect reads what an operation asks and answers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "holdfast/spec/operation.h"

namespace holdfast::conformance {

/// Why a file is no history.
struct LineError {
  std::size_t line = 0;  ///< From 1; 0 where the whole file is meant.
  std::string message;
};

/// One line of a history, without what the operation is: that stands with the call.
struct ConcurrentEvent {
  enum class Kind {
    kCall,    ///< The operation was issued.
    kReturn,  ///< Its result came in.
    kCrash,   ///< The process was sent SIGKILL, or died. Its open calls may have no return.
    kReaped,  ///< The process is gone: what it had under way has happened by now, or never will.
  } kind = Kind::kCall;
  std::size_t call = 0;  ///< For kCall and kReturn: the index of the call.
  int process = 0;

  bool operator==(const ConcurrentEvent&) const = default;
};

/// What reads the operations of one kind of object.
class Dialect {
 public:
  Dialect() = default;
  Dialect(const Dialect&) = delete;
  Dialect& operator=(const Dialect&) = delete;
  virtual ~Dialect() = default;

  /// What the object was told when it was opened. Errors: a sentence.
  [[nodiscard]] virtual Expected<void, std::string> Open(const Json& line) = 0;
  /// The call of index `call`; indices rise by one. Errors: a sentence.
  [[nodiscard]] virtual Expected<void, std::string> Call(std::size_t call, const std::string& name,
                                                         const Json& line) = 0;
  /// The return of a call that is open. Errors: a sentence.
  [[nodiscard]] virtual Expected<void, std::string> Return(std::size_t call, const Json& line) = 0;
};

/// Where a call stands in its file.
struct CallLine {
  std::int64_t id = 0;
  int process = 0;
  std::size_t line = 0;  ///< From 1.
};

/// Reads line after line and refuses the first that cannot be.
class HistoryReader {
 public:
  explicit HistoryReader(Dialect& dialect) : dialect_(dialect) {}

  /// One line, without its line feed. Errors: the line's number and what is wrong with it.
  [[nodiscard]] Expected<void, LineError> Read(std::string_view line);
  /// After the last line. Errors: there was no line at all.
  [[nodiscard]] Expected<void, LineError> Finish() const;

  [[nodiscard]] const std::vector<ConcurrentEvent>& events() const { return events_; }
  [[nodiscard]] const std::vector<CallLine>& calls() const { return calls_; }
  [[nodiscard]] std::size_t lines() const { return line_; }
  /// What is kept of the lines so far, about.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  using Done = Expected<void, std::string>;

  Done ReadEvent(const Json& line);
  Done ReadOpen(const Json& line);
  Done ReadCall(const Json& line, int process);
  Done ReadReturn(const Json& line, int process);
  Done ReadEnd(ConcurrentEvent::Kind kind, int process);

  Dialect& dialect_;
  std::vector<ConcurrentEvent> events_;
  std::vector<CallLine> calls_;
  std::map<std::int64_t, std::size_t> open_;  // by id, the index of the call
  std::map<int, std::size_t> open_of_;        // by process
  std::map<int, std::size_t> crashed_;        // by process, the line
  std::size_t opened_at_ = 0;                 // the line
  std::size_t line_ = 0;
  std::size_t bytes_ = 0;
};

/// Feeds a text to a reader. Errors: the first line that cannot be, a torn last one among them; or
/// that the reader was given no line at all.
[[nodiscard]] Expected<void, LineError> ReadLines(std::string_view text, HistoryReader& reader);

}  // namespace holdfast::conformance
