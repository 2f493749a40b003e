#include "reference/grammar.h"

#include <cmath>
#include <cstdlib>
#include <optional>
#include <utility>

#include "holdfast/spec/ill_formed_json.h"

namespace holdfast::reference {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNumberByte(char c) {
  return IsDigit(c) || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

// Takes at least one digit off the front.
bool TakeDigits(std::string_view& text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(digits);
  return digits > 0;
}

bool TakeOneOf(std::string_view& text, std::string_view choice) {
  if (text.empty() || choice.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// Source: RFC 8259, section 6.
bool IsNumber(std::string_view token) {
  TakeOneOf(token, "-");
  if (!TakeOneOf(token, "0") && !TakeDigits(token)) return false;
  if (TakeOneOf(token, ".") && !TakeDigits(token)) return false;
  if (TakeOneOf(token, "eE")) {
    TakeOneOf(token, "+-");
    if (!TakeDigits(token)) return false;
  }
  return token.empty();
}

// The end of the string that begins at `at`: behind its closing quote, or the end of the text.
std::size_t EndOfString(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return text.size();
}

std::size_t EndOfNumber(std::string_view text, std::size_t at) {
  while (at < text.size() && IsNumberByte(text[at])) ++at;
  return at;
}

// The string's value, where nlohmann::json refuses it for its lone surrogates alone.
std::optional<std::string> OddString(std::string_view token) {
  if (token.find("\\ud") == std::string_view::npos && token.find("\\uD") == std::string_view::npos)
    return std::nullopt;
  if (Json::accept(token)) return std::nullopt;
  const auto parsed = ParseIllFormed(token);
  if (!parsed || !parsed->is_string()) return std::nullopt;
  return parsed->get<std::string>();
}

// Without an exponent it takes 309 digits to leave the doubles, and so more bytes than this.
constexpr std::size_t kShortNumber = 300;

bool IsOddNumber(std::string_view token) {
  if (token.size() < kShortNumber && token.find_first_of("eE") == std::string_view::npos)
    return false;
  return IsNumber(token) && !std::isfinite(std::strtod(std::string(token).c_str(), nullptr));
}

}  // namespace

HarmlessText ReplaceOddTokens(std::string_view text) {
  HarmlessText harmless;
  std::size_t place = 0;
  std::size_t kept = 0;  // up to here the text stands in the new one
  const auto replace = [&](std::string_view token, OddToken odd, std::string_view by) {
    const auto begin = static_cast<std::size_t>(token.data() - text.data());
    harmless.text.append(text, kept, begin - kept).append(by);
    kept = begin + token.size();
    harmless.odd_tokens[place] = std::move(odd);
  };
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '"') {
      const std::string_view token = text.substr(at, EndOfString(text, at) - at);
      if (auto value = OddString(token)) replace(token, {std::move(*value)}, "\"\"");
      ++place;
      at += token.size();
    } else if (IsDigit(text[at]) || text[at] == '-') {
      const std::string_view token = text.substr(at, EndOfNumber(text, at) - at);
      if (IsOddNumber(token)) replace(token, {}, "0");
      ++place;
      at += token.size();
    } else {
      ++at;
    }
  }
  harmless.text.append(text, kept);
  return harmless;
}

}  // namespace holdfast::reference
