#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {
namespace {

StoreError NotHad(OpKind kind) {
  return {ErrorCode::kUnsupported, Effect::kNone, "",
          "this store has no operation \"" + std::string(OpName(kind)) + "\""};
}

Found ToFound(std::optional<Json> record) { return Found{std::move(record)}; }

}  // namespace

Expected<bool, StoreError> OpenStore::Claim(const std::string& /*id*/, const Json& /*record*/,
                                            std::optional<std::int64_t> /*ttl_ms*/,
                                            VirtualNow /*now*/) {
  return Unexpected(NotHad(OpKind::kClaim));
}

Expected<bool, StoreError> OpenStore::Delete(const std::string& /*id*/, VirtualNow /*now*/) {
  return Unexpected(NotHad(OpKind::kDelete));
}

Result Apply(OpenStore& store, const Operation& operation, VirtualNow now) {
  const auto done = []() -> Answer { return Done{}; };
  switch (operation.kind) {
    case OpKind::kRegister:
      return store.Register(operation.id, operation.record, operation.ttl_ms, now).map(done);
    case OpKind::kLookup:
      return store.Lookup(operation.id, now).map(ToFound);
    case OpKind::kConsume:
      return store.Consume(operation.id, now).map(ToFound);
    case OpKind::kEntries:
      return store.Entries(now).map(
          [](std::vector<Entry> entries) { return Listed{std::move(entries)}; });
    case OpKind::kClear:
      return store.Clear(now).map(done);
    case OpKind::kClaim:
      return store.Claim(operation.id, operation.record, operation.ttl_ms, now)
          .map([](bool claimed) { return Claimed{claimed}; });
    case OpKind::kDelete:
      return store.Delete(operation.id, now).map([](bool existed) { return Existed{existed}; });
  }
  return Unexpected(StoreError{ErrorCode::kUnsupported, Effect::kNone, "", "unknown operation"});
}

}  // namespace holdfast::conformance
