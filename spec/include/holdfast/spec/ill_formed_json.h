// JSON text whose strings may hold escaped lone surrogates.
//
// "\ud800" is grammatical JSON (RFC 8259, section 8.2) but names no Unicode text; INP-3 has a store
// refuse it. To send such a string, and to receive it, it needs a form in memory: here a lone
// surrogate U+D800..U+DFFF is held as the three bytes that UTF-8 would give it were that allowed
// (ED A0 80 .. ED BF BF, "generalised UTF-8", WTF-8). A string that holds such bytes is not
// well-formed UTF-8, so a store that checks refuses it. Well-formed text passes unchanged.
#pragma once

#include <string>
#include <string_view>

#include "holdfast/spec/operation.h"

namespace holdfast {

/// Compact JSON text of a value whose strings and member names are well-formed UTF-8 or hold
/// generalised surrogates; those come out as \uXXXX escapes. Other ill-formed bytes are an error of
/// the caller (throws Json::type_error).
[[nodiscard]] std::string DumpIllFormed(const Json& value);

/// Parses JSON text; escaped lone surrogates come out in the generalised form.
/// Errors: the parser's sentence, where the text is not JSON for any other reason. Depth is bounded
/// by memory only.
[[nodiscard]] Expected<Json, std::string> ParseIllFormed(std::string_view text);

}  // namespace holdfast
