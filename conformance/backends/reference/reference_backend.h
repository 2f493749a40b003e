// The reference store, as the suite meets it.
#pragma once

#include <memory>

#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

/// A backend over holdfast::reference::Store, which claims every clause of envelope/1.
[[nodiscard]] std::unique_ptr<Backend> MakeReferenceBackend();

}  // namespace holdfast::conformance
