// The operations of a persistent keyed store and what each may answer (OPS-1 to OPS-7).
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "holdfast/spec/error.h"
#include "holdfast/spec/expected.h"

namespace holdfast {

/// Any JSON value. Equality is by JSON value: 1 equals 1.0, members have no order.
using Json = nlohmann::json;

/// Unix milliseconds. Every time a store writes is a safe integer; a store file may hold any finite
/// number (FILE-4), which is why this is not an integer type. Safe integers are exact in a double.
using UnixMillis = double;

/// The largest safe integer, 2^53 - 1 (REC-2, TTL-3).
inline constexpr std::int64_t kMaxSafeInteger = 9007199254740991;

enum class OpKind { kRegister, kLookup, kConsume, kEntries, kClear, kClaim, kDelete };

inline constexpr std::array<OpKind, 7> kAllOpKinds = {
    OpKind::kRegister, OpKind::kLookup, OpKind::kConsume, OpKind::kEntries,
    OpKind::kClear,    OpKind::kClaim,  OpKind::kDelete};

/// The operation's name on the wire, for instance "register".
[[nodiscard]] std::string_view OpName(OpKind kind);
/// The operation of that name, or nothing.
[[nodiscard]] std::optional<OpKind> OpNamed(std::string_view name);
/// True for the operations that take an id.
[[nodiscard]] bool TakesId(OpKind kind);
/// True for the operations that take a record and a ttl: Register and Claim.
[[nodiscard]] bool TakesRecord(OpKind kind);

/// One call, as plain data. Strings are UTF-8; where a program tests the refusal of ill-formed text
/// they may hold a lone surrogate in its generalised three-byte form (see ill_formed_json.h).
struct Operation {
  OpKind kind = OpKind::kEntries;
  std::string id;  ///< As the caller wrote it, not trimmed. Empty where TakesId() is false.
  Json record;     ///< Null where TakesRecord() is false.
  std::optional<std::int64_t> ttl_ms;  ///< Absent means the store's default.

  bool operator==(const Operation&) const = default;
};

/// A live entry as Entries() lists it.
struct Entry {
  std::string id;
  Json record;
  std::optional<UnixMillis> created_at;  ///< Absent where the backend does not report it.
  std::optional<UnixMillis>
      expires_at;  ///< Absent where the entry has none or the backend does not report it.

  bool operator==(const Entry&) const = default;
};

/// Register or Clear took effect.
struct Done {
  bool operator==(const Done&) const = default;
};
/// Lookup or Consume: the record, or nothing where no live entry has that id. A null record is a
/// record.
struct Found {
  std::optional<Json> record;
  bool operator==(const Found&) const = default;
};
/// Entries: all live entries, in the order OPS-4 sets.
struct Listed {
  std::vector<Entry> entries;
  bool operator==(const Listed&) const = default;
};
/// Claim: whether this call registered the entry.
struct Claimed {
  bool claimed = false;
  bool operator==(const Claimed&) const = default;
};
/// Delete: whether a live entry was there.
struct Existed {
  bool existed = false;
  bool operator==(const Existed&) const = default;
};

/// What an operation that was acknowledged answered.
using Answer = std::variant<Done, Found, Listed, Claimed, Existed>;
/// What a call came to: acknowledged, or refused.
using Result = Expected<Answer, StoreError>;

}  // namespace holdfast
