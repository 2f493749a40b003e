// A history: what was done to stores and what came back, in the order the suite saw it. Plain data,
// saved as JSON Lines (spec/schemas/history.schema.json) and judged from there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "holdfast/conformance/backend.h"
#include "holdfast/spec/operation.h"

namespace holdfast::conformance {

/// Milliseconds of the clock that the operation saw: the virtual one, or the machine's as the suite
/// read it.
using SeenMillis = std::int64_t;

/// An operation was issued.
struct CallEvent {
  std::int64_t id = 0;
  int process = 0;
  std::size_t store = 0;
  Operation operation;
  SeenMillis now = 0;
};

/// Its result came in.
struct ReturnEvent {
  std::int64_t id = 0;
  int process = 0;
  Result result;
  SeenMillis now = 0;  ///< Equal to the call's with a virtual clock.
};

/// A store was opened, or that was refused.
struct OpenEvent {
  int process = 0;
  std::size_t store = 0;
  std::string namespace_name;
  std::int64_t max_entries = 0;
  std::optional<std::int64_t> default_ttl_ms;
  std::optional<StoreError> error;
  bool probe =
      false;  ///< Opened to see whether the namespace is refused; not one of the program's stores.
  bool unanswered = false;  ///< No answer came within the driver's deadline.
};

/// A store was closed.
struct CloseEvent {
  int process = 0;
  std::size_t store = 0;
  std::optional<StoreError> error;
};

/// A process ended and a new one took its place.
struct RespawnEvent {
  int process = 0;
  bool killed = false;
};

/// The suite put these bytes in the place of a store's file.
struct FileEvent {
  std::size_t store = 0;
  std::string bytes;
  std::string_view damage;  ///< DamageName().
};

/// A driver told of a quarantine.
struct QuarantineSeenEvent {
  int process = 0;
  QuarantineEvent event;
};

/// What stood in the folder of a store's file.
struct ListedFile {
  std::string name;
  std::string bytes;
};
struct ListingEvent {
  std::size_t store = 0;
  bool folder_exists = false;
  std::vector<ListedFile> files;  ///< Regular files only, by name.
  bool at_end = false;            ///< Taken after the last step.
};

/// What stood in the state directory before and after a probe, as sorted paths below it.
struct TreeEvent {
  std::vector<std::string> before;
  std::vector<std::string> after;
};

using Event = std::variant<CallEvent, ReturnEvent, OpenEvent, CloseEvent, RespawnEvent, FileEvent,
                           QuarantineSeenEvent, ListingEvent, TreeEvent>;

/// Events and the step of the program that each belongs to.
struct RecordedEvent {
  std::size_t step = 0;  ///< The number of steps, for what belongs to the end.
  Event event;
};
using History = std::vector<RecordedEvent>;

/// Bytes as JSON text can hold them: each byte as the character of that number (Latin-1).
[[nodiscard]] std::string BytesAsText(std::string_view bytes);
/// The bytes that BytesAsText() wrote as `text`.
[[nodiscard]] std::string TextAsBytes(std::string_view text);

/// One line of the history file. Bytes of files are written as Latin-1: one character a byte.
[[nodiscard]] Json EventToJson(const RecordedEvent& event);

}  // namespace holdfast::conformance
