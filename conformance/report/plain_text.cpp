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

// The text with U+FFFD for what is not UTF-8: the JSON writer knows how.
std::string WellFormed(std::string_view text) {
  const std::string quoted = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  return Json::parse(quoted).get<std::string>();
}

struct CodePoints {
  char32_t first;
  char32_t last;
};

// What is not seen, joins what stands before it, or turns the direction of writing: two texts that
// differ in it alone would look the same. U+2026, which cuts and joins, is seen.
constexpr CodePoints kUnseen[] = {
    {0x80, 0xA0},       {0xAD, 0xAD},     {0x300, 0x36F},   {0x61C, 0x61C},     {0x115F, 0x1160},
    {0x1680, 0x1680},   {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x1AB0, 0x1AFF},   {0x1DC0, 0x1DFF},
    {0x2000, 0x200F},   {0x2028, 0x202F}, {0x205F, 0x206F}, {0x20D0, 0x20FF},   {0x2800, 0x2800},
    {0x3000, 0x3000},   {0x3164, 0x3164}, {0xE000, 0xF8FF}, {0xFE00, 0xFE0F},   {0xFE20, 0xFE2F},
    {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
    {0xF0000, 0x10FFFF}};

bool IsUnseen(char32_t code) {
  return std::any_of(std::begin(kUnseen), std::end(kUnseen), [&](const CodePoints& range) {
    return range.first <= code && code <= range.last;
  });
}

// The code point that starts at `at` of well-formed text, and the bytes it takes.
std::pair<char32_t, std::size_t> CodePointAt(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t next) { return static_cast<unsigned char>(text[at + next]); };
  const std::size_t bytes = byte(0) < 0x80 ? 1 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  char32_t code = bytes == 1 ? byte(0) : byte(0) & (0x7FU >> bytes);
  for (std::size_t next = 1; next < bytes; ++next) code = (code << 6U) | (byte(next) & 0x3FU);
  return {code, bytes};
}

std::string CodeEscape(char32_t code) {
  char text[16];
  std::snprintf(text, sizeof text, "\\u{%X}", static_cast<unsigned>(code));
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

std::string Printable(std::string_view text) {
  const std::string well_formed = WellFormed(text);
  std::string printable;
  for (std::size_t at = 0; at < well_formed.size();) {
    const auto [code, bytes] = CodePointAt(well_formed, at);
    if ((code < 0x20 && code != U'\n') || code == 0x7F) {
      printable += HexEscape(static_cast<unsigned char>(code));
    } else if (IsUnseen(code)) {
      printable += CodeEscape(code);
    } else {
      printable.append(well_formed, at, bytes);
    }
    at += bytes;
  }
  return printable;
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
