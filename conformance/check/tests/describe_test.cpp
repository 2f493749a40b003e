#include "conformance/check/describe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/program/program.h"

namespace holdfast::conformance {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Entry Numbered(int number) { return {"id" + std::to_string(number), number, {}, {}}; }

TEST(Describe, TellsWhenAnEntryExpires) {
  EXPECT_EQ(Describe(Result(Listed{{{"a", 1, 5, 7}}})), "[\"a\": 1 @5 until 7]");
}

TEST(Describe, TellsALongListingByItsEndsAndItsLength) {
  Listed listed;
  for (int number = 0; number < 600'000; ++number) listed.entries.push_back(Numbered(number));
  const std::string text = Describe(Result(listed));
  EXPECT_LT(text.size(), 400U);
  EXPECT_THAT(text, StartsWith("[\"id0\": 0, \"id1\": 1, "));
  EXPECT_THAT(text, HasSubstr("(599988 more)"));
  EXPECT_THAT(text, EndsWith("\"id599999\": 599999] of 600000 entries"));
}

TEST(Describe, TellsAShortListingWhole) {
  Listed listed;
  for (int number = 0; number < 20; ++number) listed.entries.push_back(Numbered(number));
  const std::string text = Describe(Result(listed));
  EXPECT_THAT(text, HasSubstr("\"id11\": 11"));
  EXPECT_THAT(text, Not(HasSubstr("more")));
}

TEST(Brief, TellsLongValuesApartThatDifferInTheMiddle) {
  const std::string a(512, 'a');
  std::string b = a;
  b[256] = 'b';
  EXPECT_NE(Brief(a), Brief(b));
  EXPECT_LT(Brief(a).size(), 100U);
}

TEST(Brief, ShowsWhatIsNotSeen) {
  EXPECT_EQ(Brief("a\xE2\x80\x8B"), "\"a\\u{200B}\"");
  EXPECT_EQ(Brief("\xE2\x80\xA6"), "\"\\u{2026}\"");
}

}  // namespace
}  // namespace holdfast::conformance
