// What the contract asks of arguments before anything is touched (INP-1 to INP-6, REC-3, REC-4,
// TTL-3), for stores that keep what they are given as it is. Each refusal is thrown (refused.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

/// What every store here takes, and declares.
inline constexpr std::int64_t kMaxKeyedIdBytes = 512;
inline constexpr std::int64_t kMaxKeyedRecordBytes = 1 << 20;
inline constexpr std::int64_t kMaxKeyedDepth = 100;

/// The namespace without white space at its ends (INP-1), and the options judged.
[[nodiscard]] std::string CheckedNamespace(const OpenOptions& options);

/// The id without white space at its ends (INP-2, INP-3, INP-4).
[[nodiscard]] std::string CheckedId(std::string_view id);

/// The record as compact JSON text (REC-3, REC-4).
[[nodiscard]] std::string CheckedRecord(const Json& record);

/// Refuses a ttl that is negative or beyond the safe integers by itself (TTL-3).
void CheckTtl(std::optional<std::int64_t> ttl_ms);

/// When an entry written at `now` expires; nothing without a ttl (TTL-3).
[[nodiscard]] std::optional<std::int64_t> ExpiryAfter(std::optional<std::int64_t> ttl_ms,
                                                      std::int64_t now);

/// The time of an operation: what it was told, or the machine's. To be asked while the operation
/// has exclusive access (CLK-1). Units: Unix milliseconds.
[[nodiscard]] std::int64_t TimeOf(VirtualNow now);

}  // namespace holdfast::conformance
