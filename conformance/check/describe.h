// Results in words.
#pragma once

#include <string>

#include "holdfast/spec/model.h"

namespace holdfast::conformance {

/// A result for a person.
[[nodiscard]] std::string Describe(const Result& result);
/// What the model allows, for a person.
[[nodiscard]] std::string Describe(const model::Allowed& allowed);

}  // namespace holdfast::conformance
