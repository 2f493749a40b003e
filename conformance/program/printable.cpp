#include "conformance/program/printable.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <set>
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
    {0x80, 0xA0},        {0xAD, 0xAD},     {0x300, 0x36F},   {0x61C, 0x61C},     {0x1100, 0x11FF},
    {0x1680, 0x1680},    {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x1AB0, 0x1AFF},   {0x1DC0, 0x1DFF},
    {0x2000, 0x200F},    {0x2028, 0x202F}, {0x205F, 0x206F}, {0x20D0, 0x20FF},   {0x2800, 0x2800},
    {0x3000, 0x3000},    {0x3164, 0x3164}, {0xE000, 0xF8FF}, {0xFE00, 0xFE0F},   {0xFE20, 0xFE2F},
    {0xFEFF, 0xFEFF},    {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
    {0xF0000, 0x10FFFF}, {0xA960, 0xA97F}, {0xD7B0, 0xD7FF}};

// One sign that looks like several: digraphs, dots, digits and words in one.
constexpr CodePoints kSeveralInOne[] = {
    {0x132, 0x133},   {0x149, 0x149},   {0x1C4, 0x1CC},     {0x1F1, 0x1F3},     {0x2014, 0x2015},
    {0x2024, 0x2025}, {0x2033, 0x2037}, {0x203C, 0x203C},   {0x2047, 0x2049},   {0x2057, 0x2057},
    {0x20A8, 0x20A8}, {0x2100, 0x214F}, {0x2160, 0x217F},   {0x2460, 0x24FF},   {0x3200, 0x33FF},
    {0xF900, 0xFAFF}, {0xFB00, 0xFB06}, {0x1D400, 0x1D7FF}, {0x1F100, 0x1F1FF}, {0x2F800, 0x2FA1F}};

template <std::size_t N>
bool IsAmong(const CodePoints (&ranges)[N], char32_t code) {
  return std::any_of(std::begin(ranges), std::end(ranges), [&](const CodePoints& range) {
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

// What a letter can be taken for. Those of Latin are told apart by everybody; those of other
// alphabets may look like any of them; signs of other writing only like each other.
bool IsPlainLatin(char32_t code) {
  if (code < 0x80) return true;
  return code >= 0xC0 && code <= 0x17E && code != 0xD7 && code != 0x131 && code != 0x138;
}
bool IsOfAnAlphabet(char32_t code) {
  return code < 0x2E80 || (code >= 0xA4D0 && code <= 0xA7FF) ||
         (code >= 0xAB30 && code <= 0xABBF) || (code >= 0xFB00 && code <= 0xFB4F) ||
         (code >= 0xFF00 && code <= 0xFFEF) || (code >= 0x10000 && code < 0x1F000);
}

bool MayLookAlike(char32_t a, char32_t b) {
  if (a == b) return true;
  if (IsPlainLatin(a) && IsPlainLatin(b)) return false;
  return (IsPlainLatin(a) || IsOfAnAlphabet(a)) == (IsPlainLatin(b) || IsOfAnAlphabet(b));
}

std::u32string Decoded(std::string_view text) {
  std::u32string codes;
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, bytes] = CodePointAt(text, at);
    codes += code;
    at += bytes;
  }
  return codes;
}

// What stands between quotation marks in a line.
void CollectQuoted(std::string_view line, std::set<std::u32string>& into) {
  for (std::size_t begin = line.find('"'); begin != std::string_view::npos;) {
    std::size_t end = begin + 1;
    while (end < line.size() && line[end] != '"') end += line[end] == '\\' ? 2 : 1;
    if (end >= line.size()) return;
    into.insert(Decoded(line.substr(begin + 1, end - begin - 1)));
    begin = line.find('"', end + 1);
  }
}

bool HasLookalikes(const std::set<std::u32string>& texts) {
  for (auto a = texts.begin(); a != texts.end(); ++a) {
    for (auto b = std::next(a); b != texts.end(); ++b) {
      if (std::equal(a->begin(), a->end(), b->begin(), b->end(), MayLookAlike)) return true;
    }
  }
  return false;
}

}  // namespace

std::string Printable(std::string_view text) {
  const std::string well_formed = WellFormed(text);
  std::string printable;
  for (std::size_t at = 0; at < well_formed.size();) {
    const auto [code, bytes] = CodePointAt(well_formed, at);
    if ((code < 0x20 && code != U'\n') || code == 0x7F) {
      printable += HexEscape(static_cast<unsigned char>(code));
    } else if (IsAmong(kUnseen, code) || IsAmong(kSeveralInOne, code)) {
      printable += CodeEscape(code);
    } else {
      printable.append(well_formed, at, bytes);
    }
    at += bytes;
  }
  return printable;
}

std::string PrintableOnOneLine(std::string_view text) {
  std::string line;
  for (const char character : Printable(text)) {
    line += character == '\n' ? HexEscape('\n') : std::string(1, character);
  }
  return line;
}

std::vector<std::string> WithoutLookalikes(std::vector<std::string> lines) {
  std::set<std::u32string> texts;
  for (std::string& line : lines) {
    line = Printable(line);
    CollectQuoted(line, texts);
  }
  if (!HasLookalikes(texts)) return lines;
  for (std::string& line : lines) {
    std::string plain;
    for (const char32_t code : Decoded(line)) {
      plain += code < 0x80      ? std::string(1, static_cast<char>(code))
               : code == 0x2026 ? "\xE2\x80\xA6"
                                : CodeEscape(code);
    }
    line = std::move(plain);
  }
  return lines;
}

}  // namespace holdfast::conformance
