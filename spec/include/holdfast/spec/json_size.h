// How long a value is as compact JSON, without writing it down: limits count that (REC-4).
#pragma once

#include <cstddef>
#include <string_view>

#include "holdfast/spec/operation.h"

namespace holdfast {

/// The same number, as an integer where it is a safe one: 1.0 and 1e0 are 1.
[[nodiscard]] Json NumberByValue(double number);

/// Units: bytes of the value as compact UTF-8 JSON, as nlohmann::json::dump() writes it. Strings
/// count as they stand, well-formed or not; numbers by their value, and not as they were spelled.
[[nodiscard]] std::size_t CompactBytes(const Json& value);

/// The same of a string, its quotes included.
[[nodiscard]] std::size_t CompactBytesOfText(std::string_view text);

}  // namespace holdfast
