#include "conformance/driver/tests/fake_backend.h"

#include <cstdio>
#include <cstdlib>

namespace holdfast::conformance {

void FakeStore::ActOn(const std::string& id) {
  if (id == "throw") throw std::runtime_error("planted");
  if (id == "throw-int") throw 7;
  if (id == "crash") std::abort();
  if (id == "print") {
    std::printf("a line that a library prints\n");
    std::fflush(stdout);
  }
  if (id == "quarantine") {
    listener_({options_.dir + "/bad", QuarantineEvent::Reason::kVersionMismatch, 7});
    listener_({options_.dir + "/worse", QuarantineEvent::Reason::kCorrupt, std::nullopt});
  }
}

Expected<void, StoreError> FakeStore::Register(const std::string& id, const Json& record,
                                               std::optional<std::int64_t> ttl_ms, VirtualNow now) {
  ActOn(id);
  if (id == "full") {
    return Unexpected(StoreError{ErrorCode::kFull, Effect::kNone, "", "planted"});
  }
  const auto created = static_cast<UnixMillis>(now.value_or(-1));
  std::optional<UnixMillis> expires;
  if (ttl_ms) expires = created + static_cast<UnixMillis>(*ttl_ms);
  entries_[id] = Entry{id, record, created, expires};
  return {};
}

Expected<std::optional<Json>, StoreError> FakeStore::Lookup(const std::string& id,
                                                            VirtualNow /*now*/) {
  ActOn(id);
  if (id == "bad-utf8") return Json("\xFF");
  const auto found = entries_.find(id);
  if (found == entries_.end()) return std::nullopt;
  return found->second.record;
}

Expected<std::optional<Json>, StoreError> FakeStore::Consume(const std::string& id,
                                                             VirtualNow now) {
  auto found = Lookup(id, now);
  entries_.erase(id);
  return found;
}

Expected<std::vector<Entry>, StoreError> FakeStore::Entries(VirtualNow /*now*/) {
  std::vector<Entry> listed;
  for (const auto& [id, entry] : entries_) listed.push_back(entry);
  return listed;
}

Expected<void, StoreError> FakeStore::Clear(VirtualNow /*now*/) {
  entries_.clear();
  return {};
}

Expected<bool, StoreError> FakeStore::Claim(const std::string& id, const Json& record,
                                            std::optional<std::int64_t> ttl_ms, VirtualNow now) {
  if (entries_.contains(id)) return false;
  return Register(id, record, ttl_ms, now).map([] { return true; });
}

Expected<std::unique_ptr<OpenStore>, StoreError> FakeBackend::Open(const OpenOptions& options,
                                                                   QuarantineListener listener) {
  if (options.namespace_name.empty()) {
    return Unexpected(StoreError{ErrorCode::kInvalidArgument, Effect::kNone, "namespace", "empty"});
  }
  if (options.namespace_name == "quarantine") {
    listener({options.dir + "/found-at-open", QuarantineEvent::Reason::kCorrupt, std::nullopt});
  }
  return std::make_unique<FakeStore>(std::move(listener), options);
}

BackendDescription FakeBackend::DefaultDescription() {
  BackendDescription description;
  description.driver = {"fake-driver", "1"};
  description.backend = {"fake", "2.3"};
  description.capabilities.clock = ClockKind::kVirtual;
  description.capabilities.claim = true;
  description.capabilities.created_at = true;
  description.capabilities.instances = 2;
  description.capabilities.pipelining = 8;
  description.capabilities.ill_formed_strings = true;
  return description;
}

}  // namespace holdfast::conformance
