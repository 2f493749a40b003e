// An open store that passes everything on to another one. Mutants override what they break.
#pragma once

#include <memory>
#include <utility>

#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

class DeviatingStore : public OpenStore {
 public:
  DeviatingStore(std::unique_ptr<OpenStore> inner, OpenOptions options)
      : inner_(std::move(inner)), options_(std::move(options)) {}

  using Ttl = std::optional<std::int64_t>;
  using Nothing = Expected<void, StoreError>;
  using MaybeRecord = Expected<std::optional<Json>, StoreError>;
  using Flag = Expected<bool, StoreError>;
  using Listing = Expected<std::vector<Entry>, StoreError>;

  Nothing Register(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    return inner_->Register(id, record, ttl_ms, now);
  }
  MaybeRecord Lookup(const std::string& id, VirtualNow now) override {
    return inner_->Lookup(id, now);
  }
  MaybeRecord Consume(const std::string& id, VirtualNow now) override {
    return inner_->Consume(id, now);
  }
  Listing Entries(VirtualNow now) override { return inner_->Entries(now); }
  Nothing Clear(VirtualNow now) override { return inner_->Clear(now); }
  Flag Claim(const std::string& id, const Json& record, Ttl ttl_ms, VirtualNow now) override {
    return inner_->Claim(id, record, ttl_ms, now);
  }
  Flag Delete(const std::string& id, VirtualNow now) override { return inner_->Delete(id, now); }

 protected:
  [[nodiscard]] OpenStore& inner() { return *inner_; }
  [[nodiscard]] const OpenOptions& options() const { return options_; }

 private:
  std::unique_ptr<OpenStore> inner_;
  OpenOptions options_;
};

}  // namespace holdfast::conformance
