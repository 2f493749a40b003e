// What a store holds, as plain data, and what the operations do to it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "holdfast/spec/operation.h"

namespace holdfast::reference {

/// An entry as it is held, expired or not.
struct HeldEntry {
  std::string id;
  Json record;
  UnixMillis created_at = 0;
  std::optional<UnixMillis> expires_at;
  std::string member;  ///< `"id":{…}` as the file has it, so that a write need not make it again.

  /// Live is now < expiresAt (TTL-2).
  [[nodiscard]] bool IsLive(UnixMillis now) const { return !expires_at || now < *expires_at; }
};

/// An entry that does not change any more: contents before and after a write share it.
using HeldEntryPtr = std::shared_ptr<const HeldEntry>;

/// All entries of a namespace, by id as bytes. A sorted vector, because a write copies it whole:
/// that is one pointer an entry.
using Contents = std::vector<HeldEntryPtr>;

/// The entry of that id, live or not, or null.
[[nodiscard]] const HeldEntry* Find(const Contents& contents, std::string_view id);
/// The entry of that id, where it is live; or null.
[[nodiscard]] const HeldEntry* FindLive(const Contents& contents, std::string_view id,
                                        UnixMillis now);

/// Puts the entry in, in place of one of its id.
void Put(Contents& contents, HeldEntryPtr entry);
/// Takes out the entry of that id, if there is one.
void Remove(Contents& contents, std::string_view id);
/// Takes out the entries that have expired.
void RemoveExpired(Contents& contents, UnixMillis now);
/// Takes out the oldest by (createdAt, id) while there are more than `max_entries`, but never
/// the entry of id `kept` (CAP-1).
void EvictOldest(Contents& contents, std::size_t max_entries, std::string_view kept);

/// The createdAt of an entry registered now: never less than one that is held (CLK-2).
[[nodiscard]] UnixMillis NextCreatedAt(const Contents& contents, std::int64_t now);

/// The live entries in the order of OPS-4.
[[nodiscard]] std::vector<Entry> List(const Contents& contents, UnixMillis now);

}  // namespace holdfast::reference
