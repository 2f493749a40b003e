#include "spec/src/json_reader.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "holdfast/spec/text.h"

namespace holdfast {
namespace {

bool IsHighSurrogate(unsigned unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool IsLowSurrogate(unsigned unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

// Appends a code point, a surrogate included, in (generalised) UTF-8.
void AppendCodePoint(std::string& out, unsigned point) {
  const auto tail = [&](unsigned shift) {
    out += static_cast<char>(0x80U | ((point >> shift) & 0x3FU));
  };
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0U | (point >> 6U));
    tail(0);
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0U | (point >> 12U));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | (point >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

// True where a number in JSON's grammar is at least 1, going by the place of its first significant
// digit. Asked only of numbers so far from 1 that no double holds them.
bool IsLarge(std::string_view number) {
  const std::size_t e = std::min(number.find_first_of("eE"), number.size());
  long long exponent = 0;
  if (e < number.size()) {
    std::string_view digits = number.substr(e + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (read.ec != std::errc()) return !digits.starts_with('-');
  }
  const std::string_view mantissa = number.substr(0, e);
  const std::size_t first = mantissa.find_first_of("123456789");
  const auto point = static_cast<long long>(std::min(mantissa.find('.'), mantissa.size()));
  return first != mantissa.npos && point - static_cast<long long>(first) + exponent > 0;
}

double NearestDouble(std::string_view number) {
  double value = 0;
  const auto read = std::from_chars(number.data(), number.data() + number.size(), value);
  if (read.ec == std::errc()) return value;
  return IsLarge(number) ? std::numeric_limits<double>::infinity() : 0.0;
}

}  // namespace

JsonReader::Token JsonReader::Next() {
  if (!error_.empty()) return Token::kError;
  SkipBlanks();
  switch (expected_) {
    case Expected::kValue:
      return ReadValue();
    case Expected::kFirstItem:
      return Take(closers_.back()) ? Close() : ReadItem();
    case Expected::kNextItem:
      if (Take(closers_.back())) return Close();
      if (!Take(',')) return Fail("a comma or a closing bracket is missing");
      SkipBlanks();
      return ReadItem();
    case Expected::kEndOfText:
      return at_ == text_.size() ? Token::kEndOfText : Fail("something follows the value");
  }
  return Token::kError;
}

// The next item of the innermost open object or array: a member's name, or a value.
JsonReader::Token JsonReader::ReadItem() {
  return closers_.back() == '}' ? ReadName() : ReadValue();
}

JsonReader::Token JsonReader::ReadName() {
  if (!Take('"')) return Fail("a member's name is missing");
  if (!ReadString()) return Token::kError;
  SkipBlanks();
  if (!Take(':')) return Fail("a colon is missing");
  expected_ = Expected::kValue;
  return Token::kName;
}

JsonReader::Token JsonReader::ReadValue() {
  if (Take('{')) return Open('}', Token::kBeginObject);
  if (Take('[')) return Open(']', Token::kBeginArray);
  if (Take('"')) return ReadString() ? Complete(Token::kString) : Token::kError;
  if (at_ == text_.size()) return Fail("the text ends too early");
  switch (text_[at_]) {
    case 't':
      return ReadLiteral("true", Token::kTrue);
    case 'f':
      return ReadLiteral("false", Token::kFalse);
    case 'n':
      return ReadLiteral("null", Token::kNull);
    default:
      return ReadNumber();
  }
}

JsonReader::Token JsonReader::Open(char closer, Token token) {
  closers_.push_back(closer);
  expected_ = Expected::kFirstItem;
  return token;
}

JsonReader::Token JsonReader::Close() {
  const Token token = closers_.back() == '}' ? Token::kEndObject : Token::kEndArray;
  closers_.pop_back();
  return Complete(token);
}

// What follows a value that is complete.
JsonReader::Token JsonReader::Complete(Token token) {
  expected_ = closers_.empty() ? Expected::kEndOfText : Expected::kNextItem;
  return token;
}

JsonReader::Token JsonReader::ReadLiteral(std::string_view literal, Token token) {
  if (!text_.substr(at_).starts_with(literal)) return Fail("this is no JSON value");
  at_ += literal.size();
  return Complete(token);
}

JsonReader::Token JsonReader::ReadNumber() {
  const std::size_t begin = at_;
  Take('-');
  if (!AtDigit()) return Fail("this is no JSON value");
  if (!Take('0')) ReadDigits();
  if (Take('.')) {
    if (!AtDigit()) return Fail("a digit is missing after the decimal point");
    ReadDigits();
  }
  if (Take('e') || Take('E')) {
    if (!Take('+')) Take('-');
    if (!AtDigit()) return Fail("a digit is missing in the exponent");
    ReadDigits();
  }
  number_ = NearestDouble(text_.substr(begin, at_ - begin));
  return Complete(Token::kNumber);
}

// Reads on from behind the opening quote.
bool JsonReader::ReadString() {
  string_.clear();
  while (!Take('"')) {
    if (Take('\\')) {
      if (!ReadEscape()) return false;
      continue;
    }
    const std::size_t bytes = CharacterBytes(text_.substr(at_));
    if (at_ == text_.size()) {
      Fail("the text ends within a string");
      return false;
    }
    if (bytes == 0) {
      Fail("these bytes are not UTF-8");
      return false;
    }
    if (static_cast<unsigned char>(text_[at_]) < 0x20) {
      Fail("a control character stands in a string");
      return false;
    }
    string_ += text_.substr(at_, bytes);
    at_ += bytes;
  }
  return true;
}

// Reads on from behind a backslash.
bool JsonReader::ReadEscape() {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (Take('u')) return ReadUnicodeEscape();
  const std::size_t letter = at_ == text_.size() ? kLetters.npos : kLetters.find(text_[at_]);
  if (letter == kLetters.npos) {
    Fail("there is no such escape");
    return false;
  }
  string_ += kMeanings[letter];
  ++at_;
  return true;
}

// Reads on from behind \u. Two escapes that make a pair are one character.
bool JsonReader::ReadUnicodeEscape() {
  unsigned unit = 0;
  if (!ReadHex4(unit)) {
    Fail("four hexadecimal digits are missing");
    return false;
  }
  const std::size_t behind = at_;
  unsigned low = 0;
  if (IsHighSurrogate(unit) && Take('\\') && Take('u') && ReadHex4(low) && IsLowSurrogate(low)) {
    AppendCodePoint(string_, 0x10000U + ((unit - 0xD800U) << 10U) + (low - 0xDC00U));
    return true;
  }
  at_ = behind;  // what follows is no low half: it is read for itself
  AppendCodePoint(string_, unit);
  return true;
}

bool JsonReader::ReadHex4(unsigned& unit) {
  constexpr std::size_t kDigits = 4;
  const std::string_view digits = text_.substr(at_, kDigits);
  const char* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, unit, 16);
  if (digits.size() != kDigits || read.ec != std::errc() || read.ptr != end) return false;
  at_ += kDigits;
  return true;
}

void JsonReader::ReadDigits() {
  while (AtDigit()) ++at_;
}

bool JsonReader::AtDigit() const {
  return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9';
}

void JsonReader::SkipBlanks() {
  at_ = std::min(text_.find_first_not_of(" \t\n\r", at_), text_.size());
}

bool JsonReader::Take(char byte) {
  if (at_ == text_.size() || text_[at_] != byte) return false;
  ++at_;
  return true;
}

JsonReader::Token JsonReader::Fail(std::string_view complaint) {
  error_ = std::string(complaint) + " (byte " + std::to_string(at_) + ")";
  return Token::kError;
}

}  // namespace holdfast
