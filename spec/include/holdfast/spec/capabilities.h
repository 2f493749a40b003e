// What a backend claims of itself (driver protocol 1, "capabilities"). What is claimed is tested;
// what is not claimed is reported as not claimed, never as passed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "holdfast/spec/operation.h"

namespace holdfast {

enum class ClockKind { kVirtual, kWall, kBoth };
enum class TtlZero { kExpires, kRejected };
enum class Overflow { kEvictOldest, kRejectNew };
enum class EntryOrder { kCreatedThenId, kNone };
enum class Persistence { kNone, kProcess, kPower };

/// Claims, with the defaults that driver protocol 1 gives to a missing member.
struct Capabilities {
  ClockKind clock = ClockKind::kWall;
  bool ttl = false;
  TtlZero ttl_zero = TtlZero::kExpires;
  bool max_entries = false;
  Overflow overflow = Overflow::kEvictOldest;
  EntryOrder order = EntryOrder::kNone;
  bool created_at = false;
  Persistence persistence = Persistence::kNone;
  bool multi_process = false;
  bool claim = false;
  bool delete_op = false;  ///< "delete" on the wire.
  std::int64_t pipelining = 1;
  bool ill_formed_strings = false;
  std::optional<std::string> format;  ///< "envelope/1" or nothing.
  bool quarantine = false;
  std::int64_t instances = 1;
  std::optional<std::int64_t> max_id_bytes;      ///< Nothing: no limit.
  std::optional<std::int64_t> max_record_bytes;  ///< Of the record as compact UTF-8 JSON.
  std::optional<std::int64_t> max_depth;         ///< A scalar is 0, [1] is 1.
  std::optional<std::int64_t> max_file_bytes;
  std::optional<std::string>
      lock_file;  ///< Path below the state directory, with "{namespace}" in it.

  bool operator==(const Capabilities&) const = default;

  /// True where every operation can be given its time: clock "virtual" or "both".
  [[nodiscard]] bool HasVirtualClock() const { return clock != ClockKind::kWall; }
};

/// The claims as the hello reply carries them. Absent limits are null.
[[nodiscard]] Json CapabilitiesToJson(const Capabilities& capabilities);

/// Reads the claims of a hello reply.
/// Errors: a sentence naming the first member of the wrong type or value. Unknown members are
/// ignored; a missing member or null has its default.
[[nodiscard]] Expected<Capabilities, std::string> CapabilitiesFromJson(const Json& json);

}  // namespace holdfast
