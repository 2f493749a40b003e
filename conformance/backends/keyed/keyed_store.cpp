#include "conformance/backends/keyed/keyed_store.h"

#include <utility>

#include "conformance/backends/keyed/checks.h"
#include "conformance/backends/keyed/fork_watch.h"
#include "conformance/backends/keyed/refused.h"

namespace holdfast::conformance {
namespace {

std::optional<Json> ToJson(const std::optional<std::string>& record) {
  if (!record) return std::nullopt;
  Json value = Json::parse(*record, nullptr, false);
  if (value.is_discarded()) Refuse(ErrorCode::kCorrupt, "a record that is kept is not JSON");
  return std::optional<Json>(std::in_place, std::move(value));
}

}  // namespace

KeyedStore::KeyedStore(const OpenOptions& options)
    : namespace_(CheckedNamespace(options)),
      dir_(options.dir),
      max_entries_(options.max_entries),
      default_ttl_ms_(options.default_ttl_ms),
      lock_timeout_ms_(options.lock_timeout_ms),
      patience_(options.lock_timeout_ms) {}

KeyedStore::~KeyedStore() {
  if (is_watched_) ForkWatch::Remove(*this);
}

void KeyedStore::Opening(const std::function<void()>& open) {
  ForkWatch::Add(*this);
  is_watched_ = true;
  try {
    const std::lock_guard guard(mutex_);
    open();
  } catch (...) {
    Retire();
    throw;
  }
}

void KeyedStore::Retire() {
  {
    const std::lock_guard guard(mutex_);
    patience_ = Patience(lock_timeout_ms_);
    LetGo();
  }
  if (std::exchange(is_watched_, false)) ForkWatch::Remove(*this);
}

template <typename T>
Expected<T, StoreError> KeyedStore::Guarded(const std::function<T()>& operation) {
  const Patience patience(lock_timeout_ms_);
  const std::unique_lock guard(mutex_, patience.end());
  if (!guard) {
    return Unexpected(StoreError{ErrorCode::kBusy, Effect::kNone, "",
                                 "another thread has had this store for too long"});
  }
  patience_ = patience;
  try {
    if constexpr (std::is_void_v<T>) {
      operation();
      return {};
    } else {
      return operation();
    }
  } catch (Refused& refused) {
    return Unexpected(std::move(refused.error));
  }
}

bool KeyedStore::JudgedPut(const std::string& id, const Json& record,
                           std::optional<std::int64_t> ttl_ms, VirtualNow now,
                           bool only_if_absent) {
  PutCall put{CheckedId(id), CheckedRecord(record), ttl_ms ? ttl_ms : default_ttl_ms_,
              only_if_absent};
  CheckTtl(put.ttl_ms);
  return PutEntry(put, now);
}

Expected<void, StoreError> KeyedStore::Register(const std::string& id, const Json& record,
                                                std::optional<std::int64_t> ttl_ms,
                                                VirtualNow now) {
  return Guarded<void>([&] { JudgedPut(id, record, ttl_ms, now, false); });
}

Expected<bool, StoreError> KeyedStore::Claim(const std::string& id, const Json& record,
                                             std::optional<std::int64_t> ttl_ms, VirtualNow now) {
  return Guarded<bool>([&] { return JudgedPut(id, record, ttl_ms, now, true); });
}

Expected<std::optional<Json>, StoreError> KeyedStore::Lookup(const std::string& id,
                                                             VirtualNow now) {
  return Guarded<std::optional<Json>>([&] { return ToJson(Peek(CheckedId(id), now)); });
}

Expected<std::optional<Json>, StoreError> KeyedStore::Consume(const std::string& id,
                                                              VirtualNow now) {
  return Guarded<std::optional<Json>>([&] { return ToJson(Take(CheckedId(id), now)); });
}

Expected<bool, StoreError> KeyedStore::Delete(const std::string& id, VirtualNow now) {
  return Guarded<bool>([&] { return Take(CheckedId(id), now).has_value(); });
}

Expected<std::vector<Entry>, StoreError> KeyedStore::Entries(VirtualNow now) {
  return Guarded<std::vector<Entry>>([&] {
    std::vector<Entry> entries;
    for (const KeptEntry& kept : List(now)) {
      Entry& entry = entries.emplace_back();
      entry.id = kept.id;
      entry.record = *ToJson(kept.record);
      entry.created_at = static_cast<UnixMillis>(kept.created_at);
      if (kept.expires_at) entry.expires_at = static_cast<UnixMillis>(*kept.expires_at);
    }
    return entries;
  });
}

Expected<void, StoreError> KeyedStore::Clear(VirtualNow /*now*/) {
  return Guarded<void>([&] { Empty(); });
}

Capabilities KeyedClaims() {
  Capabilities claims;
  claims.clock = ClockKind::kBoth;
  claims.ttl = true;
  claims.ttl_zero = TtlZero::kExpires;
  claims.max_entries = true;
  claims.overflow = Overflow::kEvictOldest;
  claims.order = EntryOrder::kCreatedThenId;
  claims.created_at = true;
  claims.multi_process = true;
  claims.claim = true;
  claims.delete_op = true;
  claims.pipelining = 16;  // served one after the other, so in the order issued
  claims.ill_formed_strings = true;
  claims.instances = 8;
  claims.max_id_bytes = kMaxKeyedIdBytes;
  claims.max_record_bytes = kMaxKeyedRecordBytes;
  claims.max_depth = kMaxKeyedDepth;
  return claims;
}

Expected<std::unique_ptr<OpenStore>, StoreError> OpenKeyed(
    const std::function<std::unique_ptr<OpenStore>()>& open) {
  try {
    return open();
  } catch (Refused& refused) {
    return Unexpected(std::move(refused.error));
  }
}

}  // namespace holdfast::conformance
