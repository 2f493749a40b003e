// What the stores of this folder share: arguments are judged in the contract's order, one operation
// at a time has the store's handles, and whatever was refused is answered. A store below it says
// how five things are done.
//
// Most of the libraries forbid a handle to be used on both sides of a fork(). So every store lets
// go of its handles before each fork of its process, and takes new ones at its next operation, in
// the parent and in the child alike (CON-1).
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "conformance/backends/keyed/patience.h"
#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

/// An entry as these stores keep it.
struct KeptEntry {
  std::string id;      ///< Trimmed.
  std::string record;  ///< Compact JSON.
  std::int64_t created_at = 0;
  std::optional<std::int64_t> expires_at;

  [[nodiscard]] bool IsLive(std::int64_t now) const { return !expires_at || now < *expires_at; }
};

/// Register or Claim, its arguments judged but for what the time decides (ExpiryAfter()).
struct PutCall {
  std::string id;
  std::string record;
  std::optional<std::int64_t> ttl_ms;  ///< The store's default filled in.
  bool only_if_absent = false;
};

/// Threads: any, one at a time; who waits for another longer than the lock timeout gets `busy`.
class KeyedStore : public OpenStore {
 public:
  Expected<void, StoreError> Register(const std::string& id, const Json& record,
                                      std::optional<std::int64_t> ttl_ms, VirtualNow now) final;
  Expected<std::optional<Json>, StoreError> Lookup(const std::string& id, VirtualNow now) final;
  Expected<std::optional<Json>, StoreError> Consume(const std::string& id, VirtualNow now) final;
  Expected<std::vector<Entry>, StoreError> Entries(VirtualNow now) final;
  Expected<void, StoreError> Clear(VirtualNow now) final;
  Expected<bool, StoreError> Claim(const std::string& id, const Json& record,
                                   std::optional<std::int64_t> ttl_ms, VirtualNow now) final;
  Expected<bool, StoreError> Delete(const std::string& id, VirtualNow now) final;

  KeyedStore(const KeyedStore&) = delete;
  KeyedStore& operator=(const KeyedStore&) = delete;
  ~KeyedStore() override;

 protected:
  /// Throws as CheckedNamespace() does.
  explicit KeyedStore(const OpenOptions& options);

  // What a store is. Each is called by one thread at a time and may throw Refused. `now` is nothing
  // where the machine's time holds, which is read with exclusive access (CLK-1).

  /// Drops the expired, writes, evicts (OPS-1, OPS-6, CAP-1). False: a live entry kept it out.
  virtual bool PutEntry(const PutCall& put, VirtualNow now) = 0;
  /// The record of a live entry.
  virtual std::optional<std::string> Peek(const std::string& id, VirtualNow now) = 0;
  /// The record of a live entry, which is then gone.
  virtual std::optional<std::string> Take(const std::string& id, VirtualNow now) = 0;
  /// Every live entry in the order of OPS-4.
  virtual std::vector<KeptEntry> List(VirtualNow now) = 0;
  virtual void Empty() = 0;
  /// Closes every handle that a child must not inherit; the next operation opens what it needs.
  /// Must not throw.
  virtual void LetGo() = 0;

  /// Runs `open` as an operation runs, while nobody forks: for what a constructor has to open.
  void Opening(const std::function<void()>& open);
  /// Lets go for the last time. To be called first in the destructor of whatever overrides LetGo().
  void Retire();

  [[nodiscard]] const std::string& namespace_name() const { return namespace_; }
  [[nodiscard]] const std::string& dir() const { return dir_; }
  [[nodiscard]] std::int64_t max_entries() const { return max_entries_; }
  /// Of the operation under way.
  [[nodiscard]] const Patience& patience() const { return patience_; }

 private:
  friend class ForkWatch;

  template <typename T>
  Expected<T, StoreError> Guarded(const std::function<T()>& operation);
  bool JudgedPut(const std::string& id, const Json& record, std::optional<std::int64_t> ttl_ms,
                 VirtualNow now, bool only_if_absent);

  std::string namespace_;
  std::string dir_;
  std::int64_t max_entries_;
  std::optional<std::int64_t> default_ttl_ms_;
  std::optional<std::int64_t> lock_timeout_ms_;
  Patience patience_;
  std::timed_mutex mutex_;  // of all below, and of the handles
  bool is_watched_ = false;
};

/// The claims that every store here makes; what differs is filled in by each.
[[nodiscard]] Capabilities KeyedClaims();

/// Runs `open`, and answers what it refuses.
[[nodiscard]] Expected<std::unique_ptr<OpenStore>, StoreError> OpenKeyed(
    const std::function<std::unique_ptr<OpenStore>()>& open);

}  // namespace holdfast::conformance
