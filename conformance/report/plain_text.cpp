#include "conformance/report/plain_text.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <iterator>
#include <utility>

#include "holdfast/spec/operation.h"

namespace holdfast::conformance {
namespace {

std::string HexEscape(unsigned char byte) {
  char text[5];
  std::snprintf(text, sizeof text, "\\x%02X", static_cast<unsigned>(byte));
  return text;
}

}  // namespace

std::string EscapedBytes(std::string_view bytes, std::size_t limit) {
  std::string text;
  for (const char character : bytes.substr(0, limit)) {
    const auto byte = static_cast<unsigned char>(character);
    if (character == '\n') {
      text += "\\n";
    } else if (character == '\t') {
      text += "\\t";
    } else if (character == '\\') {
      text += "\\\\";
    } else if (byte < 0x20 || byte > 0x7E) {
      text += HexEscape(byte);
    } else {
      text += character;
    }
  }
  if (bytes.size() > limit) text += "… (cut after " + std::to_string(limit) + " bytes)";
  return text;
}

std::string WithThousands(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t at = 0; at < digits.size(); ++at) {
    if (at > 0 && (digits.size() - at) % 3 == 0) text += ',';
    text += digits[at];
  }
  return text;
}

std::string InSeconds(double seconds) {
  char text[40];
  std::snprintf(text, sizeof text, "%.1f s", std::min(seconds, 1e12));
  return text;
}

std::string Joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (std::size_t at = 0; at < parts.size(); ++at) {
    if (at > 0) text += separator;
    text += parts[at];
  }
  return text;
}

std::string ShellWord(std::string_view word) {
  const bool is_plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char character) {
    return std::isalnum(static_cast<unsigned char>(character)) != 0 ||
           std::string_view("_-./:=@%+,").find(character) != std::string_view::npos;
  });
  if (is_plain) return std::string(word);
  std::string quoted = "'";
  for (const char character : word) {
    if (character == '\'') {
      quoted += "'\\''";
    } else {
      quoted += character;
    }
  }
  return quoted + "'";
}

}  // namespace holdfast::conformance
