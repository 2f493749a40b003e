// A store that takes no register by itself and holds nothing: what a register does is the test's.
#pragma once

#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

class EmptyStore : public OpenStore {
 public:
  Expected<std::optional<Json>, StoreError> Lookup(const std::string&, VirtualNow) override {
    return std::nullopt;
  }
  Expected<std::optional<Json>, StoreError> Consume(const std::string&, VirtualNow) override {
    return std::nullopt;
  }
  Expected<std::vector<Entry>, StoreError> Entries(VirtualNow) override {
    return std::vector<Entry>{};
  }
  Expected<void, StoreError> Clear(VirtualNow) override { return {}; }
};

}  // namespace holdfast::conformance
