// The least that is fuzzed: a map in memory, which claims next to nothing, behind the two classes
// of a backend, and the one function that the target asks for.
#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "holdfast/fuzz/backend_under_test.h"
#include "holdfast/spec/text.h"

namespace {

using holdfast::Entry;
using holdfast::Expected;
using holdfast::Json;
using holdfast::StoreError;
using holdfast::conformance::Backend;
using holdfast::conformance::BackendDescription;
using holdfast::conformance::OpenOptions;
using holdfast::conformance::OpenStore;
using holdfast::conformance::QuarantineListener;
using holdfast::conformance::VirtualNow;

class OwnStore : public OpenStore {
 public:
  Expected<void, StoreError> Register(const std::string& id, const Json& record,
                                      std::optional<std::int64_t> ttl_ms,
                                      VirtualNow /*now*/) override {
    if (ttl_ms) {  // not claimed, so not to be taken and dropped
      return holdfast::Unexpected(StoreError{holdfast::ErrorCode::kUnsupported,
                                             holdfast::Effect::kNone, "ttl_ms",
                                             "no entry expires"});
    }
    return Judged(id).map([&](const std::string& trimmed) { records_[trimmed] = record; });
  }
  Expected<std::optional<Json>, StoreError> Lookup(const std::string& id,
                                                   VirtualNow /*now*/) override {
    return Judged(id).map([&](const std::string& trimmed) {
      const auto found = records_.find(trimmed);
      return found == records_.end() ? std::nullopt : std::optional<Json>(found->second);
    });
  }
  Expected<std::optional<Json>, StoreError> Consume(const std::string& id,
                                                    VirtualNow now) override {
    auto found = Lookup(id, now);
    if (found && *found) records_.erase(std::string(holdfast::TrimWhiteSpace(id)));
    return found;
  }
  Expected<std::vector<Entry>, StoreError> Entries(VirtualNow /*now*/) override {
    std::vector<Entry> entries;
    for (const auto& [id, record] : records_)
      entries.push_back({id, record, std::nullopt, std::nullopt});
    return entries;
  }
  Expected<void, StoreError> Clear(VirtualNow /*now*/) override {
    records_.clear();
    return {};
  }

 private:
  // INP-2.
  static Expected<std::string, StoreError> Judged(const std::string& id) {
    std::string trimmed(holdfast::TrimWhiteSpace(id));
    if (!trimmed.empty()) return trimmed;
    return holdfast::Unexpected(
        StoreError{holdfast::ErrorCode::kInvalidArgument, holdfast::Effect::kNone, "key", "empty"});
  }

  std::map<std::string, Json> records_;
};

class OwnBackend : public Backend {
 public:
  BackendDescription Describe() const override { return {{"own", "1"}, {"own", "1"}, {}}; }
  Expected<std::unique_ptr<OpenStore>, StoreError> Open(const OpenOptions&,
                                                        QuarantineListener) override {
    return std::make_unique<OwnStore>();
  }
};

}  // namespace

std::unique_ptr<Backend> holdfast::fuzz::MakeBackendUnderTest() {
  return std::make_unique<OwnBackend>();
}
