// The contract's operations over a std::map, on their own: no files, no wire, no locks.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "holdfast/spec/expected.h"
#include "holdfast/spec/operation.h"

namespace holdfast::conformance {

/// The entries of one namespace. What the cap and the default ttl are is each caller's own.
struct MemoryEntries {
  struct Held {
    Json record;
    std::int64_t created_at = 0;
    std::optional<std::int64_t> expires_at;
  };
  std::map<std::string, Held> by_id;
};

/// An id without white space at its ends. Errors: `invalid-argument` for `key`, where it is empty
/// or not well-formed; `too-large` over kMaxMemoryIdBytes.
[[nodiscard]] Expected<std::string, StoreError> JudgeId(std::string_view id);
inline constexpr std::int64_t kMaxMemoryIdBytes = 4096;

/// A namespace without white space at its ends (INP-1). Errors: `invalid-argument`.
[[nodiscard]] Expected<std::string, StoreError> JudgeNamespace(std::string_view name);

/// Judges a record. Errors: `too-large` over kMaxMemoryDepth; `invalid-argument`, where it holds
/// ill-formed text or what is not JSON.
[[nodiscard]] Expected<void, StoreError> JudgeRecord(const Json& record);
inline constexpr std::int64_t kMaxMemoryDepth = 256;

/// A call that puts an entry, its arguments judged but for the ttl.
struct MemoryPut {
  std::string id;
  const Json& record;
  std::optional<std::int64_t> ttl_ms;  ///< The default filled in.
  std::int64_t max_entries = 0;
  bool only_if_absent = false;
};

/// Register or Claim: whether the entry was put. Errors: `invalid-argument` for `ttl_ms`.
[[nodiscard]] Expected<bool, StoreError> Put(MemoryEntries& entries, const MemoryPut& put,
                                             std::int64_t now);
/// Lookup: the record of a live entry.
[[nodiscard]] std::optional<Json> Peek(const MemoryEntries& entries, const std::string& id,
                                       std::int64_t now);
/// Consume and Delete: the record of a live entry, which is then gone.
[[nodiscard]] std::optional<Json> Take(MemoryEntries& entries, const std::string& id,
                                       std::int64_t now);
/// Entries: the live ones in the order of OPS-4.
[[nodiscard]] std::vector<Entry> List(const MemoryEntries& entries, std::int64_t now);

}  // namespace holdfast::conformance
