// Whole numbers in the files that a replay reads.
#pragma once

#include <cstdint>

#include "holdfast/spec/operation.h"

namespace holdfast::conformance {

/// The member, a whole number within the bounds: the library would make one of whatever number
/// there is. Errors: throws Json::exception where there is none, std::invalid_argument with a
/// sentence where it is another value.
[[nodiscard]] std::int64_t WholeFromJson(const Json& json, const char* member, std::int64_t low,
                                         std::int64_t high);

}  // namespace holdfast::conformance
