// To have a store of your own certified, copy this file: say what the store claims (Claims()), pass
// each operation on with its time (ReferenceStore), and open it (ReferenceBackend). What the store
// refuses, it refuses here: nothing is trimmed, checked or mended on the way.
#include "conformance/backends/reference/reference_backend.h"

#include <chrono>
#include <utility>

#include "holdfast/reference/store.h"

namespace holdfast::conformance {
namespace {

constexpr char kVersion[] = "1";

Capabilities Claims() {
  const reference::Limits limits;
  Capabilities claims;
  claims.clock = ClockKind::kBoth;
  claims.ttl = true;
  claims.ttl_zero = TtlZero::kExpires;
  claims.max_entries = true;
  claims.overflow = Overflow::kEvictOldest;
  claims.order = EntryOrder::kCreatedThenId;
  claims.created_at = true;
  claims.persistence = Persistence::kPower;
  claims.multi_process = true;
  claims.claim = true;
  claims.delete_op = true;
  claims.pipelining = 8;  // served one after the other, so in the order issued
  claims.ill_formed_strings = true;
  claims.format = "envelope/1";
  claims.quarantine = true;
  claims.instances = 8;
  claims.max_id_bytes = static_cast<std::int64_t>(limits.max_id_bytes);
  claims.max_record_bytes = static_cast<std::int64_t>(limits.max_record_bytes);
  claims.max_depth = static_cast<std::int64_t>(limits.max_depth);
  claims.max_file_bytes = static_cast<std::int64_t>(limits.max_file_bytes);
  claims.lock_file = "lifecycle/{namespace}/store.lock";
  return claims;
}

QuarantineEvent EventOf(const reference::Quarantine& quarantine) {
  const bool is_mismatch = quarantine.reason == reference::QuarantineReason::kVersionMismatch;
  return {
      quarantine.path,
      is_mismatch ? QuarantineEvent::Reason::kVersionMismatch : QuarantineEvent::Reason::kCorrupt,
      quarantine.version};
}

std::int64_t MachineTime() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
}

// The time of the operation that the calling thread has under way; nothing lets the machine's clock
// hold.
thread_local VirtualNow operation_time;

std::int64_t TimeOfOperation() { return operation_time ? *operation_time : MachineTime(); }

class ReferenceStore : public OpenStore {
 public:
  explicit ReferenceStore(std::unique_ptr<reference::Store> store) : store_(std::move(store)) {}

  Expected<void, StoreError> Register(const std::string& id, const Json& record,
                                      std::optional<std::int64_t> ttl_ms, VirtualNow now) override {
    operation_time = now;
    return store_->Register(id, record, ttl_ms);
  }
  Expected<std::optional<Json>, StoreError> Lookup(const std::string& id, VirtualNow now) override {
    operation_time = now;
    return store_->Lookup(id);
  }
  Expected<std::optional<Json>, StoreError> Consume(const std::string& id,
                                                    VirtualNow now) override {
    operation_time = now;
    return store_->Consume(id);
  }
  Expected<std::vector<Entry>, StoreError> Entries(VirtualNow now) override {
    operation_time = now;
    return store_->Entries();
  }
  Expected<void, StoreError> Clear(VirtualNow now) override {
    operation_time = now;
    return store_->Clear();
  }
  Expected<bool, StoreError> Claim(const std::string& id, const Json& record,
                                   std::optional<std::int64_t> ttl_ms, VirtualNow now) override {
    operation_time = now;
    return store_->Claim(id, record, ttl_ms);
  }
  Expected<bool, StoreError> Delete(const std::string& id, VirtualNow now) override {
    operation_time = now;
    return store_->Delete(id);
  }

 private:
  std::unique_ptr<reference::Store> store_;
};

class ReferenceBackend : public Backend {
 public:
  BackendDescription Describe() const override {
    return {{"holdfast-reference", kVersion}, {"reference", kVersion}, Claims()};
  }

  Expected<std::unique_ptr<OpenStore>, StoreError> Open(const OpenOptions& options,
                                                        QuarantineListener on_quarantine) override {
    reference::StoreOptions store_options;
    store_options.dir = options.dir;
    store_options.namespace_name = options.namespace_name;
    store_options.max_entries = options.max_entries;
    store_options.default_ttl_ms = options.default_ttl_ms;
    if (options.lock_timeout_ms) store_options.lock_timeout_ms = *options.lock_timeout_ms;
    store_options.clock = &TimeOfOperation;
    if (on_quarantine) {
      store_options.on_quarantine =
          [listener = std::move(on_quarantine)](const reference::Quarantine& quarantine) {
            listener(EventOf(quarantine));
          };
    }
    auto store = reference::Store::Open(std::move(store_options));
    if (!store) return Unexpected(store.error());
    return std::make_unique<ReferenceStore>(std::move(*store));
  }
};

}  // namespace

std::unique_ptr<Backend> MakeReferenceBackend() { return std::make_unique<ReferenceBackend>(); }

}  // namespace holdfast::conformance
