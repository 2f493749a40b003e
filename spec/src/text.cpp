#include "holdfast/spec/text.h"

#include <array>
#include <cstddef>

namespace holdfast {
namespace {

// ECMA-262, "WhiteSpace" and "LineTerminator": TAB, LF, VT, FF, CR, SP, NBSP, ZWNBSP, LS, PS and
// the category Zs.
constexpr std::array<std::string_view, 25> kWhiteSpace = {
    "\t",           "\n",           "\v",           "\f",           "\r",           " ",
    "\xC2\xA0",      // U+00A0
    "\xE1\x9A\x80",  // U+1680
    "\xE2\x80\x80",  // U+2000 to U+200A
    "\xE2\x80\x81", "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86",
    "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A",
    "\xE2\x80\xA8",  // U+2028
    "\xE2\x80\xA9",  // U+2029
    "\xE2\x80\xAF",  // U+202F
    "\xE2\x81\x9F",  // U+205F
    "\xE3\x80\x80",  // U+3000
    "\xEF\xBB\xBF",  // U+FEFF
};

// No white space begins or ends with these bytes: nearly every text is spared the list.
bool IsPlain(char c) { return c > ' ' && c < '\x7F'; }

// The white space at the beginning of the text, or at its end; empty where there is none.
std::string_view LeadingSpace(std::string_view text) {
  for (const std::string_view space : kWhiteSpace) {
    if (text.starts_with(space)) return space;
  }
  return {};
}

std::string_view TrailingSpace(std::string_view text) {
  for (const std::string_view space : kWhiteSpace) {
    if (text.ends_with(space)) return space;
  }
  return {};
}

}  // namespace

std::string_view TrimWhiteSpace(std::string_view text) {
  if (!text.empty() && IsPlain(text.front()) && IsPlain(text.back())) return text;
  for (auto space = LeadingSpace(text); !space.empty(); space = LeadingSpace(text)) {
    text.remove_prefix(space.size());
  }
  for (auto space = TrailingSpace(text); !space.empty(); space = TrailingSpace(text)) {
    text.remove_suffix(space.size());
  }
  return text;
}

// RFC 3629, section 4, the rule UTF8-char.
std::size_t CharacterBytes(std::string_view text) {
  const auto within = [&](std::size_t i, unsigned from, unsigned to) {
    if (i >= text.size()) return false;
    const unsigned byte = static_cast<unsigned char>(text[i]);
    return from <= byte && byte <= to;
  };
  const auto tail = [&](std::size_t i) { return within(i, 0x80, 0xBF); };
  if (within(0, 0x00, 0x7F)) return 1;
  if (within(0, 0xC2, 0xDF)) return tail(1) ? 2 : 0;
  if (within(0, 0xE0, 0xE0)) return within(1, 0xA0, 0xBF) && tail(2) ? 3 : 0;
  if (within(0, 0xED, 0xED)) return within(1, 0x80, 0x9F) && tail(2) ? 3 : 0;
  if (within(0, 0xE1, 0xEF)) return tail(1) && tail(2) ? 3 : 0;
  if (within(0, 0xF0, 0xF0)) return within(1, 0x90, 0xBF) && tail(2) && tail(3) ? 4 : 0;
  if (within(0, 0xF4, 0xF4)) return within(1, 0x80, 0x8F) && tail(2) && tail(3) ? 4 : 0;
  if (within(0, 0xF1, 0xF3)) return tail(1) && tail(2) && tail(3) ? 4 : 0;
  return 0;
}

bool IsWellFormed(std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = CharacterBytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

}  // namespace holdfast
