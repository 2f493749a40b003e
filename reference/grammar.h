// JSON text that is grammatical and yet not to be had as values.
//
// "\ud800" and 1e999 are good JSON (RFC 8259), but the one names no Unicode text and the other no
// double, and nlohmann::json refuses a text that holds either. A store file may hold both, inside
// an unknown member, which is skipped whatever it holds (FILE-2). So where the parser refuses a
// text, it is given another of the same grammar, with harmless tokens in the place of those, and a
// list of which tokens they were.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace holdfast::reference {

/// What stood in the place of a harmless token.
struct OddToken {
  /// A string's or member name's value, lone surrogates as in spec/ill_formed_json.h, so that
  /// different names stay different. Empty for a number.
  std::string value;
};

/// A text with its odd tokens replaced.
struct HarmlessText {
  std::string text;
  /// By place among the text's strings, member names and numbers, counted from 0.
  std::map<std::size_t, OddToken> odd_tokens;
};

/// Replaces strings with lone surrogates and numbers beyond the doubles. The new text is JSON
/// exactly if the old one is, as far as those two go.
[[nodiscard]] HarmlessText ReplaceOddTokens(std::string_view text);

}  // namespace holdfast::reference
