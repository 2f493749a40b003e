// How deep a line of JSON nests, found without recursion: what is handed to recursive code is
// bounded first.
#pragma once

#include <cstddef>
#include <string_view>

namespace holdfast::conformance {

/// Deeper lines are refused on both sides of the wire, so that no value can exhaust a stack.
inline constexpr std::size_t kMaxLineDepth = 10'000;

/// The deepest nesting of brackets outside strings; exact for valid JSON, harmless for other text.
[[nodiscard]] std::size_t JsonDepth(std::string_view text);

}  // namespace holdfast::conformance
