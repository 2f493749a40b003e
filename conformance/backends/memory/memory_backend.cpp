#include "conformance/backends/memory/memory_backend.h"

#include <chrono>
#include <filesystem>
#include <map>
#include <mutex>
#include <system_error>
#include <utility>

#include "conformance/backends/memory/memory_store.h"

namespace holdfast::conformance {
namespace {

constexpr char kVersion[] = "1";

Capabilities Claims() {
  Capabilities claims;
  claims.clock = ClockKind::kBoth;
  claims.ttl = true;
  claims.ttl_zero = TtlZero::kExpires;
  claims.max_entries = true;
  claims.overflow = Overflow::kEvictOldest;
  claims.order = EntryOrder::kCreatedThenId;
  claims.created_at = true;
  claims.persistence = Persistence::kNone;
  claims.claim = true;
  claims.delete_op = true;
  claims.pipelining = 8;
  claims.ill_formed_strings = true;
  claims.instances = 8;
  claims.max_id_bytes = kMaxMemoryIdBytes;
  claims.max_depth = kMaxMemoryDepth;
  return claims;
}

std::int64_t TimeOf(VirtualNow now) {
  if (now) return *now;
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
}

// What the stores over one namespace share. One operation at a time has it, and the time is read
// meanwhile (CLK-1).
struct Namespace {
  std::mutex mutex;
  MemoryEntries entries;  // guarded by mutex
};

class MemoryStore : public OpenStore {
 public:
  MemoryStore(std::shared_ptr<Namespace> of, const OpenOptions& options)
      : namespace_(std::move(of)),
        max_entries_(options.max_entries),
        default_ttl_ms_(options.default_ttl_ms) {}

  Expected<void, StoreError> Register(const std::string& id, const Json& record,
                                      std::optional<std::int64_t> ttl_ms, VirtualNow now) override {
    return Judged(id, record, ttl_ms, now, false).map([](bool) {});
  }
  Expected<bool, StoreError> Claim(const std::string& id, const Json& record,
                                   std::optional<std::int64_t> ttl_ms, VirtualNow now) override {
    return Judged(id, record, ttl_ms, now, true);
  }
  Expected<std::optional<Json>, StoreError> Lookup(const std::string& id, VirtualNow now) override {
    return JudgeId(id).map([&](const std::string& trimmed) {
      const std::lock_guard guard(namespace_->mutex);
      return Peek(namespace_->entries, trimmed, TimeOf(now));
    });
  }
  Expected<std::optional<Json>, StoreError> Consume(const std::string& id,
                                                    VirtualNow now) override {
    return JudgeId(id).map([&](const std::string& trimmed) {
      const std::lock_guard guard(namespace_->mutex);
      return Take(namespace_->entries, trimmed, TimeOf(now));
    });
  }
  Expected<bool, StoreError> Delete(const std::string& id, VirtualNow now) override {
    return Consume(id, now).map([](const std::optional<Json>& taken) { return taken.has_value(); });
  }
  Expected<std::vector<Entry>, StoreError> Entries(VirtualNow now) override {
    const std::lock_guard guard(namespace_->mutex);
    return List(namespace_->entries, TimeOf(now));
  }
  Expected<void, StoreError> Clear(VirtualNow) override {
    const std::lock_guard guard(namespace_->mutex);
    namespace_->entries.by_id.clear();
    return {};
  }

 private:
  Expected<bool, StoreError> Judged(const std::string& id, const Json& record,
                                    std::optional<std::int64_t> ttl_ms, VirtualNow now,
                                    bool only_if_absent) {
    auto trimmed = JudgeId(id);
    if (!trimmed) return Unexpected(trimmed.error());
    if (auto judged = JudgeRecord(record); !judged) return Unexpected(judged.error());
    const auto ttl = ttl_ms ? ttl_ms : default_ttl_ms_;
    const std::lock_guard guard(namespace_->mutex);
    return Put(namespace_->entries,
               {std::move(*trimmed), record, ttl, max_entries_, only_if_absent}, TimeOf(now));
  }

  std::shared_ptr<Namespace> namespace_;
  std::int64_t max_entries_;
  std::optional<std::int64_t> default_ttl_ms_;
};

class MemoryBackend : public Backend {
 public:
  BackendDescription Describe() const override {
    return {{"holdfast-memory", kVersion}, {"memory", kVersion}, Claims()};
  }

  Expected<std::unique_ptr<OpenStore>, StoreError> Open(const OpenOptions& options,
                                                        QuarantineListener) override {
    const auto name = JudgeNamespace(options.namespace_name);
    if (!name) return Unexpected(name.error());
    if (options.max_entries < 1) {
      return Unexpected(StoreError{ErrorCode::kInvalidArgument, Effect::kNone, "max_entries",
                                   "must be at least 1"});
    }
    if (options.default_ttl_ms.value_or(0) < 0) {
      return Unexpected(StoreError{ErrorCode::kInvalidArgument, Effect::kNone, "default_ttl_ms",
                                   "must be at least 0"});
    }
    // Two paths to one directory are one store, also through a symlink.
    std::error_code error;
    std::string dir = std::filesystem::weakly_canonical(options.dir, error).string();
    if (error) {
      return Unexpected(StoreError{ErrorCode::kIo, Effect::kNone, "", error.message()});
    }
    const std::lock_guard guard(mutex_);
    std::weak_ptr<Namespace>& known = open_[{std::move(dir), *name}];
    std::shared_ptr<Namespace> of = known.lock();
    if (!of) known = of = std::make_shared<Namespace>();
    return std::make_unique<MemoryStore>(std::move(of), options);
  }

 private:
  std::mutex mutex_;
  // By state directory and namespace; guarded by mutex_. Entries go with the last store that is
  // open on them.
  std::map<std::pair<std::string, std::string>, std::weak_ptr<Namespace>> open_;
};

}  // namespace

std::unique_ptr<Backend> MakeMemoryBackend() { return std::make_unique<MemoryBackend>(); }

}  // namespace holdfast::conformance
