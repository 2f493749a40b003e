// What several processes did to one store, as one history: calls and returns in an order that is
// valid for all of them. Plain data, saved as JSON Lines (spec/schemas/history.schema.json) and
// judged from there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/judge/history_reader.h"
#include "holdfast/spec/capabilities.h"
#include "holdfast/spec/operation.h"

namespace holdfast::conformance {

/// One operation of one process, with what is known of its time and its result.
struct RecordedCall {
  std::int64_t id = 0;  ///< Of two calls that are open at one time the ids differ.
  int process = 0;
  Operation operation;
  UnixMillis invoked_ms = 0;     ///< The earliest that its now can be.
  UnixMillis returned_ms = 0;    ///< The latest that its now can be; equal with a virtual clock.
  std::optional<Result> result;  ///< Nothing: under way when its process was killed, or never
                                 ///< seen to return.
  std::size_t line = 0;          ///< Where it stands in the file, from 1; 0 if it was never there.
};

/// A history of one store.
struct ConcurrentHistory {
  Capabilities capabilities;
  std::int64_t max_entries = 0;
  std::optional<std::int64_t> default_ttl_ms;
  /// Each operation reads the time after those that come before it in the order (CLK-1). To judge
  /// without shows whether that is all that is broken; a file always means it.
  bool times_in_order = true;
  std::vector<RecordedCall> calls;
  std::vector<ConcurrentEvent> events;  ///< A process has at most one call open; what
                                        ///< has a kReturn has a result.
};

/// The latest time a call can have had where a history does not say: that of a call that never
/// returned, by the machine's clock.
inline constexpr UnixMillis kNoLatestTime = static_cast<double>(kMaxSafeInteger);

/// The history file: an open line, then a line for each event.
[[nodiscard]] std::string HistoryToJsonLines(const ConcurrentHistory& history);

/// Claims that a history without an open line is judged by: every operation, a virtual clock, no
/// cap, no promise of an order.
[[nodiscard]] Capabilities ClaimsOfAnyStore();

/// Reads the operations of a keyed store.
class KeyedStoreDialect : public Dialect {
 public:
  KeyedStoreDialect() { history_.capabilities = ClaimsOfAnyStore(); }

  [[nodiscard]] Expected<void, std::string> Open(const Json& line) override;
  [[nodiscard]] Expected<void, std::string> Call(std::size_t call, const std::string& name,
                                                 const Json& line) override;
  [[nodiscard]] Expected<void, std::string> Return(std::size_t call, const Json& line) override;

  /// The history that `reader` has read through this dialect.
  [[nodiscard]] ConcurrentHistory Take(const HistoryReader& reader);

 private:
  ConcurrentHistory history_;
};

/// Reads a history file, strictly. Unknown members are ignored; open lines, ids, processes, types,
/// names of operations and results are checked.
/// Errors: the first line that cannot be, and why.
[[nodiscard]] Expected<ConcurrentHistory, LineError> ReadHistory(std::string_view text);

}  // namespace holdfast::conformance
