// Entries as bytes, for stores that keep bytes under keys: a bucket is the value of one key and
// holds one entry, or several where their ids share a key.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "conformance/backends/keyed/keyed_store.h"

namespace holdfast::conformance {

/// An entry in a bucket. Lifetime: the bucket's bytes.
struct EntryView {
  std::string_view id;
  std::string_view record;
  std::int64_t created_at = 0;
  std::optional<std::int64_t> expires_at;

  [[nodiscard]] bool IsLive(std::int64_t now) const { return !expires_at || now < *expires_at; }
  [[nodiscard]] KeptEntry Kept() const {
    return {std::string(id), std::string(record), created_at, expires_at};
  }
};

/// Visits each entry. Errors: Refused with `corrupt`, where the bytes are no bucket.
void ForEachIn(std::string_view bucket, const std::function<void(const EntryView&)>& visit);

/// The entry of that id. Errors: as above.
[[nodiscard]] std::optional<EntryView> FindIn(std::string_view bucket, std::string_view id);

/// The bucket without the entry of that id. Errors: as above.
[[nodiscard]] std::string Without(std::string_view bucket, std::string_view id);

/// The bucket with the entry, in the place of one with its id. Errors: as above.
[[nodiscard]] std::string With(std::string_view bucket, const KeptEntry& entry);

}  // namespace holdfast::conformance
