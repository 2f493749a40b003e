// A store in memory, as the suite meets it: the least that a backend can be.
#pragma once

#include <memory>

#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

/// A backend whose entries live as long as some store over their namespace is open. It claims every
/// operation, and neither persistence nor a file format.
[[nodiscard]] std::unique_ptr<Backend> MakeMemoryBackend();

}  // namespace holdfast::conformance
