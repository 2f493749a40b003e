// Whether a process can be supervised here.
#pragma once

#include <string>

namespace holdfast::tracer {

/// Supervises a child of its own for one call. Returns a sentence that says what is missing, or an
/// empty one. Errors: throws std::runtime_error, to the same effect.
[[nodiscard]] std::string Probe();

}  // namespace holdfast::tracer
