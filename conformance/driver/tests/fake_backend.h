// A backend for the tests of the wire: a map without rules, and a log of what reached it.
#pragma once

#include <map>
#include <stdexcept>

#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

/// Ids with a meaning of their own: "throw" throws, "throw-int" throws what is no exception,
/// "quarantine" reports a quarantine, "bad-utf8" answers with text that is not Unicode, "print"
/// writes to standard output, "crash" aborts, "full" is refused.
class FakeStore : public OpenStore {
 public:
  FakeStore(QuarantineListener listener, OpenOptions options)
      : listener_(std::move(listener)), options_(std::move(options)) {}

  Expected<void, StoreError> Register(const std::string& id, const Json& record,
                                      std::optional<std::int64_t> ttl_ms, VirtualNow now) override;
  Expected<std::optional<Json>, StoreError> Lookup(const std::string& id, VirtualNow now) override;
  Expected<std::optional<Json>, StoreError> Consume(const std::string& id, VirtualNow now) override;
  Expected<std::vector<Entry>, StoreError> Entries(VirtualNow now) override;
  Expected<void, StoreError> Clear(VirtualNow now) override;
  Expected<bool, StoreError> Claim(const std::string& id, const Json& record,
                                   std::optional<std::int64_t> ttl_ms, VirtualNow now) override;

 private:
  void ActOn(const std::string& id);

  QuarantineListener listener_;
  OpenOptions options_;
  std::map<std::string, Entry> entries_;
};

class FakeBackend : public Backend {
 public:
  BackendDescription Describe() const override { return description; }
  Expected<std::unique_ptr<OpenStore>, StoreError> Open(const OpenOptions& options,
                                                        QuarantineListener listener) override;

  BackendDescription description = DefaultDescription();

 private:
  static BackendDescription DefaultDescription();
};

}  // namespace holdfast::conformance
