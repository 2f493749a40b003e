// A test program outside the tree: one line certifies its author's backend.
#include <algorithm>
#include <cctype>
#include <map>
#include <string>

#include "holdfast/conformance/gtest.h"
#include "holdfast/spec/text.h"

namespace {

using holdfast::Entry;
using holdfast::ErrorCode;
using holdfast::Expected;
using holdfast::Json;
using holdfast::StoreError;
using holdfast::conformance::VirtualNow;

StoreError Invalid(const std::string& field) {
  StoreError error;
  error.code = ErrorCode::kInvalidArgument;
  error.field = field;
  error.message = field + " is not valid";
  return error;
}

bool IsNamespace(std::string_view name) {
  const auto is_plain = [](char character) {
    return std::isalnum(static_cast<unsigned char>(character)) != 0;
  };
  return !name.empty() && name.size() <= 128 && is_plain(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char character) {
           return is_plain(character) || character == '.' || character == '_' || character == '-';
         });
}

/// Keeps its records for as long as it is open, and claims nothing.
class NoteStore : public holdfast::conformance::OpenStore {
 public:
  Expected<void, StoreError> Register(const std::string& id, const Json& record,
                                      std::optional<std::int64_t> /*ttl_ms*/,
                                      VirtualNow /*now*/) override {
    const std::string key(holdfast::TrimWhiteSpace(id));
    if (key.empty() || !holdfast::IsWellFormed(key)) return holdfast::Unexpected(Invalid("key"));
    records_[key] = record;
    return {};
  }
  Expected<std::optional<Json>, StoreError> Lookup(const std::string& id,
                                                   VirtualNow /*now*/) override {
    const std::string key(holdfast::TrimWhiteSpace(id));
    if (key.empty() || !holdfast::IsWellFormed(key)) return holdfast::Unexpected(Invalid("key"));
    const auto found = records_.find(key);
    return found == records_.end() ? std::nullopt : std::optional<Json>(found->second);
  }
  Expected<std::optional<Json>, StoreError> Consume(const std::string& id,
                                                    VirtualNow now) override {
    auto found = Lookup(id, now);
    if (found) records_.erase(std::string(holdfast::TrimWhiteSpace(id)));
    return found;
  }
  Expected<std::vector<Entry>, StoreError> Entries(VirtualNow /*now*/) override {
    std::vector<Entry> entries;
    for (const auto& [id, record] : records_) {
      Entry entry;
      entry.id = id;
      entry.record = record;
      entries.push_back(entry);
    }
    return entries;
  }
  Expected<void, StoreError> Clear(VirtualNow /*now*/) override {
    records_.clear();
    return {};
  }

 private:
  std::map<std::string, Json> records_;
};

class NoteBackend : public holdfast::conformance::Backend {
 public:
  holdfast::conformance::BackendDescription Describe() const override {
    return {{"consumer", "1"}, {"notes", "1"}, {}};
  }
  Expected<std::unique_ptr<holdfast::conformance::OpenStore>, StoreError> Open(
      const holdfast::conformance::OpenOptions& options,
      holdfast::conformance::QuarantineListener /*on_quarantine*/) override {
    if (!IsNamespace(holdfast::TrimWhiteSpace(options.namespace_name))) {
      return holdfast::Unexpected(Invalid("namespace"));
    }
    return std::make_unique<NoteStore>();
  }
};

HOLDFAST_CERTIFY(NoteBackend)

}  // namespace
