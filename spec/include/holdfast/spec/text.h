// What the spec means by white space and by well-formed text (INP-1 to INP-3, REC-3). Model and
// suite judge by these; a store that is to be judged decides for itself.
#pragma once

#include <string_view>

namespace holdfast {

/// The text without ECMAScript white space at either end (INP-1).
/// Shape: UTF-8; bytes that are not are never white space. Lifetime: the argument's bytes.
[[nodiscard]] std::string_view TrimWhiteSpace(std::string_view text);

/// True where the bytes are UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing
/// beyond U+10FFFF. A lone surrogate in its generalised form makes a text ill-formed.
[[nodiscard]] bool IsWellFormed(std::string_view text);

/// The number of bytes at the beginning of the text that make one well-formed character, or 0.
[[nodiscard]] std::size_t CharacterBytes(std::string_view text);

}  // namespace holdfast
