// The contract's operations over a table of buckets: for stores that know keys, bytes and
// transactions, and nothing of times, caps or order. All of it happens in a transaction of the
// store's own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/backends/keyed/bucket.h"

namespace holdfast::conformance {

/// What a transaction of a store can do. Everything may throw Refused.
class Table {
 public:
  Table() = default;
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;
  virtual ~Table() = default;

  /// The bucket under a key; empty where there is none.
  [[nodiscard]] virtual std::string Get(const std::string& key) = 0;
  /// An empty bucket removes the key.
  virtual void Set(const std::string& key, const std::string& bucket) = 0;
  virtual void ForEachBucket(const std::function<void(std::string_view)>& visit) = 0;
  virtual void RemoveAll() = 0;
  /// Longer ids stand under a key that others may share.
  [[nodiscard]] virtual std::size_t MaxKeyBytes() const = 0;
};

/// Register or Claim: drops the expired, writes, evicts. False: a live entry kept it out.
/// Cost: every entry is visited once.
bool PutInto(Table& table, const PutCall& put, std::int64_t max_entries, std::int64_t now);
[[nodiscard]] std::optional<std::string> PeekIn(Table& table, const std::string& id,
                                                std::int64_t now);
[[nodiscard]] std::optional<std::string> TakeFrom(Table& table, const std::string& id,
                                                  std::int64_t now);
/// The live entries in the order of OPS-4.
[[nodiscard]] std::vector<KeptEntry> ListOf(Table& table, std::int64_t now);

}  // namespace holdfast::conformance
