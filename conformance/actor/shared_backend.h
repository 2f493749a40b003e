// A backend that hands out one store, opened before, to all who ask for it.
#pragma once

#include <memory>

#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

/// Open() with the options given here answers a handle on the store opened here; with others it
/// opens a store of its own. Dropping a handle leaves the store open for the rest.
/// Quarantines are told to the handle whose call found the file; those found before there was a
/// handle, to the first one.
/// Threads: any number, where the backend's own Open() and stores allow it.
class SharedBackend : public Backend {
 public:
  /// Opens the store and warms it: looks an id up and, where nothing is held, registers one and
  /// consumes it, so that what a store keeps in memory or open between its calls is there. Whatever
  /// fails here is left to be found by those who open it again.
  SharedBackend(Backend& inner, OpenOptions options);
  ~SharedBackend() override;

  [[nodiscard]] BackendDescription Describe() const override { return inner_.Describe(); }
  [[nodiscard]] Expected<std::unique_ptr<OpenStore>, StoreError> Open(
      const OpenOptions& options, QuarantineListener on_quarantine) override;

 private:
  struct Held;
  class Handle;

  Backend& inner_;
  const OpenOptions options_;
  std::shared_ptr<Held> held_;  // null where the store did not open
};

}  // namespace holdfast::conformance
