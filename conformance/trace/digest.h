// A 128-bit digest that tells states of a directory and runs from one another. Not for secrets.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::trace {

/// 32 hexadecimal digits, the same on every machine.
/// Source: MurmurHash3_x64_128 by Austin Appleby, in the public domain.
[[nodiscard]] std::string Digest(std::string_view bytes);

}  // namespace holdfast::trace
