// A test program as a user writes one: a store that keeps its promises, one that breaks a promise,
// and one whose driver does not live.
#include <cstdlib>

#include "conformance/backends/memory/memory_backend.h"
#include "conformance/mutants/mutants.h"
#include "holdfast/conformance/gtest.h"

namespace {

namespace conformance = holdfast::conformance;

/// The memory store as a class of its own.
class Memory : public conformance::Backend {
 public:
  conformance::BackendDescription Describe() const override { return inner_->Describe(); }
  holdfast::Expected<std::unique_ptr<conformance::OpenStore>, holdfast::StoreError> Open(
      const conformance::OpenOptions& options,
      conformance::QuarantineListener on_quarantine) override {
    return inner_->Open(options, std::move(on_quarantine));
  }

 private:
  std::unique_ptr<conformance::Backend> inner_ = conformance::MakeMemoryBackend();
};

/// Ends its process when it is asked to open a store.
class Crashing : public Memory {
 public:
  holdfast::Expected<std::unique_ptr<conformance::OpenStore>, holdfast::StoreError> Open(
      const conformance::OpenOptions& /*options*/,
      conformance::QuarantineListener /*on_quarantine*/) override {
    std::_Exit(7);
  }
};

HOLDFAST_CERTIFY(Memory)
HOLDFAST_CERTIFY(Crashing)

const bool late = conformance::RegisterChecks(
    "late::Store", [] { return conformance::MakeMutant("ttl-boundary"); });

}  // namespace
