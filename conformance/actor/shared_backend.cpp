#include "conformance/actor/shared_backend.h"

#include <exception>
#include <mutex>
#include <utility>

namespace holdfast::conformance {
namespace {

constexpr char kWarmingId[] = "warming";

// Whose call the calling thread is making.
thread_local const QuarantineListener* calling = nullptr;

class CallOf {
 public:
  explicit CallOf(const QuarantineListener& listener) { calling = &listener; }
  CallOf(const CallOf&) = delete;
  CallOf& operator=(const CallOf&) = delete;
  ~CallOf() { calling = nullptr; }
};

void Warm(OpenStore& store, VirtualNow now) {
  if (!store.Lookup(kWarmingId, now)) return;
  const auto entries = store.Entries(now);
  if (!entries || !entries->empty()) return;
  if (store.Register(kWarmingId, nullptr, std::nullopt, now))
    (void)store.Consume(kWarmingId, now).has_value();
}

}  // namespace

struct SharedBackend::Held {
  std::mutex mutex;
  std::vector<QuarantineEvent> untold;  // guarded by mutex
  std::unique_ptr<OpenStore> store;     // last, so that it is closed first

  void Hear(const QuarantineEvent& event) {
    if (calling != nullptr) {
      if (*calling) (*calling)(event);
      return;
    }
    const std::lock_guard guard(mutex);
    untold.push_back(event);
  }
  std::vector<QuarantineEvent> TakeUntold() {
    const std::lock_guard guard(mutex);
    return std::exchange(untold, {});
  }
};

class SharedBackend::Handle : public OpenStore {
 public:
  Handle(std::shared_ptr<Held> held, QuarantineListener listener)
      : held_(std::move(held)), listener_(std::move(listener)) {}

  Expected<void, StoreError> Register(const std::string& id, const Json& record,
                                      std::optional<std::int64_t> ttl_ms, VirtualNow now) override {
    const CallOf call(listener_);
    return held_->store->Register(id, record, ttl_ms, now);
  }
  Expected<std::optional<Json>, StoreError> Lookup(const std::string& id, VirtualNow now) override {
    const CallOf call(listener_);
    return held_->store->Lookup(id, now);
  }
  Expected<std::optional<Json>, StoreError> Consume(const std::string& id,
                                                    VirtualNow now) override {
    const CallOf call(listener_);
    return held_->store->Consume(id, now);
  }
  Expected<std::vector<Entry>, StoreError> Entries(VirtualNow now) override {
    const CallOf call(listener_);
    return held_->store->Entries(now);
  }
  Expected<void, StoreError> Clear(VirtualNow now) override {
    const CallOf call(listener_);
    return held_->store->Clear(now);
  }
  Expected<bool, StoreError> Claim(const std::string& id, const Json& record,
                                   std::optional<std::int64_t> ttl_ms, VirtualNow now) override {
    const CallOf call(listener_);
    return held_->store->Claim(id, record, ttl_ms, now);
  }
  Expected<bool, StoreError> Delete(const std::string& id, VirtualNow now) override {
    const CallOf call(listener_);
    return held_->store->Delete(id, now);
  }

 private:
  std::shared_ptr<Held> held_;
  QuarantineListener listener_;
};

SharedBackend::SharedBackend(Backend& inner, OpenOptions options)
    : inner_(inner), options_(std::move(options)) {
  auto held = std::make_shared<Held>();
  try {
    auto opened =
        inner_.Open(options_, [of = held.get()](const QuarantineEvent& event) { of->Hear(event); });
    if (!opened) return;
    held->store = std::move(*opened);
    const bool is_virtual = inner_.Describe().capabilities.HasVirtualClock();
    // At the beginning of time, when nothing that is held has expired.
    Warm(*held->store, is_virtual ? VirtualNow(0) : VirtualNow());
  } catch (const std::exception&) {
    if (!held->store) return;
  }
  held_ = std::move(held);
}

SharedBackend::~SharedBackend() = default;

Expected<std::unique_ptr<OpenStore>, StoreError> SharedBackend::Open(
    const OpenOptions& options, QuarantineListener on_quarantine) {
  if (!held_ || !(options == options_)) return inner_.Open(options, std::move(on_quarantine));
  for (const QuarantineEvent& event : held_->TakeUntold()) {
    if (on_quarantine) on_quarantine(event);
  }
  return std::make_unique<Handle>(held_, std::move(on_quarantine));
}

}  // namespace holdfast::conformance
