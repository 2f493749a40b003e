// JSON text as a stream of tokens, exactly as RFC 8259 has it.
//
// The spec reads store files with this rather than with the JSON library that stores use, so that a
// fault of that library cannot hide on both sides. It keeps what such libraries lose: members that
// stand twice, and strings that are grammatical but no text. It needs no recursion: nesting costs a
// byte a level.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// Reads one JSON value from a text that holds nothing else.
/// Errors: kError, from then on for ever, where the bytes are not JSON; raw bytes that are not
/// UTF-8 and a byte order mark among them. Lifetime: of the text. Threads: not shared.
class JsonReader {
 public:
  enum class Token {
    kBeginObject,
    kEndObject,
    kBeginArray,
    kEndArray,
    kName,  ///< A member's name; its value comes next.
    kString,
    kNumber,
    kTrue,
    kFalse,
    kNull,
    kEndOfText,
    kError,
  };

  explicit JsonReader(std::string_view text) : text_(text) {}

  [[nodiscard]] Token Next();

  /// The kName or kString just read, unescaped. A lone surrogate is held in its generalised form.
  [[nodiscard]] const std::string& string() const { return string_; }
  /// The kNumber just read, as the nearest double; infinite where it is too large for one.
  [[nodiscard]] double number() const { return number_; }
  /// How many objects and arrays are open: 1 right after the first bracket.
  [[nodiscard]] std::size_t depth() const { return closers_.size(); }
  /// Why the text is not JSON, with the byte's offset. Empty before kError.
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  enum class Expected { kValue, kFirstItem, kNextItem, kEndOfText };

  Token ReadItem();
  Token ReadName();
  Token ReadValue();
  Token Open(char closer, Token token);
  Token Close();
  Token Complete(Token token);
  Token ReadLiteral(std::string_view literal, Token token);
  Token ReadNumber();
  bool ReadString();
  bool ReadEscape();
  bool ReadUnicodeEscape();
  bool ReadHex4(unsigned& unit);
  void ReadDigits();
  bool AtDigit() const;
  void SkipBlanks();
  bool Take(char byte);
  Token Fail(std::string_view complaint);

  std::string_view text_;
  std::size_t at_ = 0;
  Expected expected_ = Expected::kValue;
  std::vector<char> closers_;  // what closes each open object or array, the innermost last
  std::string string_;
  double number_ = 0;
  std::string error_;
};

}  // namespace holdfast
