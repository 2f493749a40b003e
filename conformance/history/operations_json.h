// Calls in the programs that replay files keep.
#pragma once

#include <vector>

#include "holdfast/spec/operation.h"

namespace holdfast::conformance {

[[nodiscard]] Json OperationsToJson(const std::vector<Operation>& operations);
/// Errors: throws std::invalid_argument or Json::exception with a sentence.
[[nodiscard]] std::vector<Operation> OperationsFromJson(const Json& json);

}  // namespace holdfast::conformance
