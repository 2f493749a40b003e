// The reference backend under a twin's name.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "conformance/backends/reference/reference_backend.h"
#include "conformance/mutants/deviating_store.h"
#include "conformance/twins/twin.h"

namespace holdfast::conformance {

/// A twin whose difference is linked in: the wrapper gives it its name, and nothing else.
class TwinBackend : public Backend {
 public:
  BackendDescription Describe() const override {
    BackendDescription description = reference_->Describe();
    description.driver.name = description.backend.name =
        "reference-twin-" + std::string(ThisTwin().name);
    return description;
  }
  Expected<std::unique_ptr<OpenStore>, StoreError> Open(const OpenOptions& options,
                                                        QuarantineListener listener) override {
    return reference_->Open(options, std::move(listener));
  }

 private:
  std::unique_ptr<Backend> reference_ = MakeReferenceBackend();
};

/// A twin whose difference is a wrapper of its stores.
template <typename Store>
class WrappingTwinBackend : public TwinBackend {
 public:
  Expected<std::unique_ptr<OpenStore>, StoreError> Open(const OpenOptions& options,
                                                        QuarantineListener listener) override {
    auto opened = TwinBackend::Open(options, std::move(listener));
    if (!opened) return opened;
    return std::make_unique<Store>(std::move(*opened), options);
  }
};

}  // namespace holdfast::conformance
