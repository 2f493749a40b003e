// A store with a known fault: it reads its file, changes what it read and writes it back, with
// nothing that keeps another from doing the same meanwhile. Races that do not catch it on this
// machine would not catch another either.
#pragma once

#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

/// Threads: any, as far as the fault goes.
class NaiveBackend : public Backend {
 public:
  [[nodiscard]] BackendDescription Describe() const override;
  [[nodiscard]] Expected<std::unique_ptr<OpenStore>, StoreError> Open(
      const OpenOptions& options, QuarantineListener on_quarantine) override;
};

}  // namespace holdfast::conformance
