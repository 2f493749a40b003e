#include "holdfast/spec/ill_formed_json.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "holdfast/spec/text.h"
#include "spec/tests/json_gen.h"

namespace holdfast {
namespace {

constexpr const char* kHigh = "\xED\xA0\xBD";  // U+D83D
constexpr const char* kLow = "\xED\xB8\x80";   // U+DE00

// Text with lone surrogates in it. No high one stands right before a low one: together they would
// be a character, and its UTF-8 form is another.
std::string IllFormedText() {
  std::string text;
  for (const int choice : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 4))) {
    if (choice == 0) text += kHigh;
    if (choice == 1 && !text.ends_with(kHigh)) text += kLow;
    if (choice >= 2) text += *testing_gen::Text();
  }
  return text;
}

TEST(IllFormedJson, GivesBackWhatWasWritten) {
  EXPECT_TRUE(rc::check("dump, then parse", [] {
    Json value = Json::array({*testing_gen::Value(), IllFormedText()});
    value.push_back(
        {{IllFormedText(), Json::array({IllFormedText(), 1})}, {IllFormedText(), nullptr}});
    const std::string text = DumpIllFormed(value);
    RC_ASSERT(IsWellFormed(text));
    const auto parsed = ParseIllFormed(text);
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(*parsed == value);
  }));
}

TEST(IllFormedJson, LeavesWellFormedTextAlone) {
  EXPECT_TRUE(rc::check("as the library itself", [] {
    const Json value = *testing_gen::Value();
    RC_ASSERT(DumpIllFormed(value) == value.dump());
    const auto parsed = ParseIllFormed(value.dump(-1, ' ', true));
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(*parsed == value);
  }));
}

TEST(IllFormedJson, TellsLoneSurrogatesFromPairs) {
  const struct {
    const char* text;
    std::string string;
  } cases[] = {
      {R"("\ud83d\ude00")", "\xF0\x9F\x98\x80"},
      {R"("\uD83D\uDE00")", "\xF0\x9F\x98\x80"},
      {R"("\ud83d")", kHigh},
      {R"("\ude00")", kLow},
      {R"("\ude00\ud83d")", std::string(kLow) + kHigh},
      {R"("\ud83d\ud83d\ude00")", std::string(kHigh) + "\xF0\x9F\x98\x80"},
      {R"("\ud83d\ude00\ude00")", std::string("\xF0\x9F\x98\x80") + kLow},
      {R"("\ud83dA\ude00")", std::string(kHigh) + "A" + kLow},
      {R"("\ud83d\\ude00")", std::string(kHigh) + "\\ude00"},
      {R"("\ud83d\n")", std::string(kHigh) + "\n"},
      {R"("\\ud83d")", "\\ud83d"},
      {R"("\\\ud83d")", std::string("\\") + kHigh},
      {R"("\ud800\udbff")", "\xED\xA0\x80\xED\xAF\xBF"},
      {R"("\udc00\udfff")", "\xED\xB0\x80\xED\xBF\xBF"},
  };
  for (const auto& [text, string] : cases) {
    const auto parsed = ParseIllFormed(text);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error();
    EXPECT_EQ(parsed->get<std::string>(), string) << text;
  }
}

TEST(IllFormedJson, KeepsMembersApartThatDifferInALoneSurrogateOnly) {
  const auto parsed = ParseIllFormed(R"({"":1,"\ud83d":2,"\ude00":3})");
  ASSERT_TRUE(parsed) << parsed.error();
  EXPECT_EQ(*parsed, (Json{{"", 1}, {kHigh, 2}, {kLow, 3}}));
}

// The stand-in for a surrogate was chosen by looking at a parse without the surrogates, in which
// one of these members hid the other and the text that looks like a stand-in with it.
TEST(IllFormedJson, IsNotMisledByTextThatLooksLikeItsOwnStandIn) {
  const struct {
    const char* text;
    Json value;
  } cases[] = {
      {R"({"":"surrogate0xzzzz","\ud83d":1})", {{"", "surrogate0xzzzz"}, {kHigh, 1}}},
      {R"(["surrogate0xd83d","\ud83d"])", {"surrogate0xd83d", kHigh}},
      {R"(["\u0073urrogate\u0030x","\ud83d"])", {"surrogate0x", kHigh}},
      {R"(["surrogate0x","surrogate1x\ud83d"])",
       {"surrogate0x", std::string("surrogate1x") + kHigh}},
      {R"(["\\u0073urrogate0x","\ud83d"])", {"\\u0073urrogate0x", kHigh}},
  };
  for (const auto& [text, value] : cases) {
    const auto parsed = ParseIllFormed(text);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error();
    EXPECT_EQ(*parsed, value) << text;
    EXPECT_EQ(*ParseIllFormed(DumpIllFormed(value)), value) << text;
  }
}

TEST(IllFormedJson, RefusesWhatIsNotJson) {
  for (const char* text : {"", "{", "\"\\ud83d", "tr\\ud83due", "1\\ud83d2", "\"\\ud83\"",
                           "\"\xFF\"", "\"\xED\xA0\xBD\"", "[\"\\ud83d\",]", "\"\\ud83d\" x"}) {
    EXPECT_FALSE(ParseIllFormed(text)) << text;
  }
}

TEST(IllFormedJson, RefusesToWriteOtherIllFormedBytes) {
  EXPECT_THROW((void)DumpIllFormed("\xFF"), Json::type_error);
  EXPECT_THROW((void)DumpIllFormed(std::string(kHigh) + "\xC3"), Json::type_error);
}

}  // namespace
}  // namespace holdfast
