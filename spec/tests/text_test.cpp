#include "holdfast/spec/text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>
#include <string>
#include <vector>

namespace holdfast {
namespace {

// UTF-8 as arithmetic, for any code point including surrogates: not how text.cpp does it.
std::string Encode(char32_t point) {
  const auto tail = [&](unsigned shift) {
    return static_cast<char>(0x80U | ((static_cast<unsigned>(point) >> shift) & 0x3FU));
  };
  if (point < 0x80) return {static_cast<char>(point)};
  if (point < 0x800) return {static_cast<char>(0xC0U | (point >> 6U)), tail(0)};
  if (point < 0x10000) return {static_cast<char>(0xE0U | (point >> 12U)), tail(6), tail(0)};
  return {static_cast<char>(0xF0U | (point >> 18U)), tail(12), tail(6), tail(0)};
}

TEST(IsWellFormed, HoldsForEveryCodePointThatIsNoSurrogate) {
  for (char32_t point = 0; point <= 0x10FFFF; ++point) {
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    const std::string bytes = Encode(point);
    ASSERT_EQ(IsWellFormed(bytes), !surrogate) << static_cast<unsigned>(point);
    ASSERT_EQ(CharacterBytes(bytes + "a"), surrogate ? 0 : bytes.size())
        << static_cast<unsigned>(point);
  }
}

TEST(IsWellFormed, FailsForBytesThatAreNoCharacters) {
  for (const char* bytes :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x80\x80", "\xE0\x9F\xBF",
        "\xE2\x82", "\xED\xA0\x80", "\xED\xBF\xBF", "\xED\xA0\xBD\xED\xB8\x80", "\xF0\x8F\xBF\xBF",
        "\xF0\x9F\x98", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFE", "\xFF", "a\xFF"}) {
    EXPECT_FALSE(IsWellFormed(bytes)) << bytes;
  }
  EXPECT_TRUE(IsWellFormed(""));
}

TEST(TrimWhiteSpace, TrimsExactlyTheWhiteSpaceOfEcmaScript) {
  const std::set<char32_t> space = {0x09,   0x0A,   0x0B,   0x0C,   0x0D,   0x20,   0xA0,
                                    0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005,
                                    0x2006, 0x2007, 0x2008, 0x2009, 0x200A, 0x2028, 0x2029,
                                    0x202F, 0x205F, 0x3000, 0xFEFF};
  for (char32_t point = 0; point <= 0x10FFFF; ++point) {
    const std::string at_both_ends = Encode(point) + "a" + Encode(point);
    const std::string_view expected = space.contains(point) ? "a" : std::string_view(at_both_ends);
    ASSERT_EQ(TrimWhiteSpace(at_both_ends), expected) << static_cast<unsigned>(point);
  }
}

TEST(TrimWhiteSpace, LeavesNothingOfWhiteSpaceAloneAndKeepsWhatIsInside) {
  EXPECT_EQ(TrimWhiteSpace(""), "");
  EXPECT_EQ(TrimWhiteSpace(" \t\xE2\x80\xA8\xC2\xA0\n"), "");
  EXPECT_EQ(TrimWhiteSpace("\r\n a \xC2\xA0 b\xEF\xBB\xBF "), "a \xC2\xA0 b");
}

TEST(TrimWhiteSpace, IsDoneOnce) {
  const bool held = rc::check("trimming again changes nothing", [] {
    const auto piece = rc::gen::element<std::string>(" ", "\t", "\xC2\xA0", "\xC2", "\xA0", "a",
                                                     "\xE2\x80\xA8", "\xE2\x80", "\xED\xA0\x80");
    std::string text;
    for (const std::string& part : *rc::gen::container<std::vector<std::string>>(piece)) {
      text += part;
    }
    const std::string trimmed(TrimWhiteSpace(text));
    RC_ASSERT(TrimWhiteSpace(trimmed) == trimmed);
    RC_ASSERT(text.find(trimmed) != std::string::npos);
  });
  EXPECT_TRUE(held);
}

}  // namespace
}  // namespace holdfast
