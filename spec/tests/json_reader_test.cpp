#include "spec/src/json_reader.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <bit>
#include <cmath>

#include "spec/src/record_reader.h"
#include "spec/tests/json_gen.h"

namespace holdfast {
namespace {

using Token = JsonReader::Token;

// Reads all tokens; true where the text is JSON.
bool Accepts(std::string_view text) {
  JsonReader reader(text);
  Token token = reader.Next();
  while (token != Token::kEndOfText && token != Token::kError) token = reader.Next();
  return token == Token::kEndOfText;
}

// The text as one string token, or nothing.
std::optional<std::string> ReadText(const std::string& json) {
  JsonReader reader(json);
  if (reader.Next() != Token::kString || reader.Next() != Token::kEndOfText) return std::nullopt;
  return reader.string();
}

double ReadNumber(const std::string& json) {
  JsonReader reader(json);
  EXPECT_EQ(reader.Next(), Token::kNumber) << json;
  EXPECT_EQ(reader.Next(), Token::kEndOfText) << json;
  return reader.number();
}

TEST(JsonReader, ReadsWhatAnotherWriterWrote) {
  EXPECT_TRUE(rc::check("a value written is read back", [] {
    const Json value = *testing_gen::Value();
    const std::string text =
        value.dump(*rc::gen::element(-1, 0, 2), ' ', *rc::gen::arbitrary<bool>());
    JsonReader reader(text);
    const auto read = ReadRecord(reader, {});
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == value);
    RC_ASSERT(reader.Next() == Token::kEndOfText);
  }));
}

TEST(JsonReader, AgreesWithAnotherParserOnDamagedText) {
  // The other one takes a byte order mark and a NUL at the end, and refuses lone surrogates and
  // numbers beyond a double. The bytes put in here make none of these.
  EXPECT_TRUE(rc::check("both accept or both refuse", [] {
    std::string text = (*testing_gen::Value(2)).dump();
    const int edits = *rc::gen::inRange(1, 4);
    for (int i = 0; i < edits; ++i) {
      const std::size_t at = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
      const std::string piece = *rc::gen::element<std::string>(
          "", ",", ":", "[", "]", "{", "}", "\"", "\\", "\\\"", "\\u00e9", "\\x", "0", "00", "-",
          "+", ".", "e", "1e", "true", "nul", " ", "\n", "\v", "\x7f", "\xC3", "\xA9",
          "\xED\xA0\x80", "/", "//", "'");
      const std::size_t erased = *rc::gen::inRange<std::size_t>(0, 3);
      text.replace(at, std::min(erased, text.size() - at), piece);
    }
    RC_PRE(text.find("\\ud") == std::string::npos);
    RC_LOG() << text << "\n";
    bool accepted = Json::accept(text);
    if (!accepted && Accepts(text)) {
      // A number that became too large is no fault of grammar.
      JsonReader reader(text);
      bool too_large = false;
      for (Token token = reader.Next(); token != Token::kEndOfText; token = reader.Next()) {
        too_large |= token == Token::kNumber && std::isinf(reader.number());
      }
      accepted = too_large;
    }
    RC_ASSERT(Accepts(text) == accepted);
  }));
}

TEST(JsonReader, AcceptsTheGrammarAndNothingElse) {
  for (const char* good : {"null", " true ", "\t[ ]\n", "{ }\r\n", R"({"":0})",
                           R"({"a":{},"a":[]})", "[1,2 , 3]", "-0", "0.0", "1e999", "-1E-999",
                           R"("\ud800")", "\"\x7f\"", "\"\xF4\x8F\xBF\xBF\"", R"("\/")"}) {
    EXPECT_TRUE(Accepts(good)) << good;
  }
  for (const char* bad : {"",
                          " ",
                          "nul",
                          "nullx",
                          "TRUE",
                          "NaN",
                          "Infinity",
                          "-Infinity",
                          "undefined",
                          "'a'",
                          "[1,]",
                          "[,1]",
                          "[1 2]",
                          "[1",
                          "]",
                          "[}",
                          "{]",
                          "{\"a\"}",
                          "{\"a\":}",
                          "{\"a\":1,}",
                          "{a:1}",
                          "{1:1}",
                          "{\"a\":1 \"b\":2}",
                          "{\"a\" 1}",
                          "1 2",
                          "[]]",
                          "{}x",
                          "// c\n1",
                          "/* c */1",
                          "\xEF\xBB\xBF{}",
                          "\v1",
                          "\f1",
                          "\xC2\xA0"
                          "1",
                          "\"",
                          "\"a",
                          "\"\n\"",
                          "\"\t\"",
                          "\"\x1f\"",
                          "\"\\\"",
                          "\"\\x41\"",
                          "\"\\'\"",
                          "\"\\u12\"",
                          "\"\\u12g4\"",
                          "\"\\u-123\"",
                          "\"\\u 123\"",
                          "\"\xFF\"",
                          "\"\xC0\x80\"",
                          "\"\xED\xA0\x80\"",
                          "\"\xC3\"",
                          "\xFF",
                          "{\"\xFF\":1}"}) {
    EXPECT_FALSE(Accepts(bad)) << bad;
  }
  EXPECT_FALSE(Accepts(std::string_view("{}\0", 3)));
  EXPECT_FALSE(Accepts(std::string_view("\0{}", 3)));
  EXPECT_FALSE(Accepts(std::string_view("\"\0\"", 3)));
}

TEST(JsonReader, KnowsTheFormsOfANumber) {
  const struct {
    const char* text;
    double value;
  } good[] = {
      {"0", 0},
      {"-0", -0.0},
      {"10", 10},
      {"-1", -1},
      {"1.0", 1},
      {"1e0", 1},
      {"1E+0", 1},
      {"100e-2", 1},
      {"0.1e1", 1},
      {"1.5", 1.5},
      {"9007199254740991", 9007199254740991.0},
      {"9007199254740993", 9007199254740992.0},
      {"1.7976931348623157e308", 1.7976931348623157e308},
      {"5e-324", 5e-324},
      {"1e-999", 0},
      {"0e999999999999999999999", 0},
      {"1e-999999999999999999999", 0},
      {"0.000000000000000000001e21", 1},
      {"1e999", HUGE_VAL},
      {"-1e999", HUGE_VAL},
      {"1e999999999999999999999", HUGE_VAL},
      {"1e+999999999999999999999", HUGE_VAL},
  };
  for (const auto& [text, value] : good) {
    if (std::isinf(value)) {
      EXPECT_TRUE(std::isinf(ReadNumber(text))) << text;
    } else {
      EXPECT_EQ(ReadNumber(text), value) << text;
    }
  }
  EXPECT_TRUE(std::isinf(ReadNumber("1" + std::string(400, '0'))));
  EXPECT_EQ(ReadNumber("0." + std::string(400, '0') + "1"), 0);
  EXPECT_EQ(ReadNumber("0." + std::string(400, '0') + "1e401"), 1);
  for (const char* bad : {"-", "+1", "01", "-01", "00", "1.", ".5", "1.e1", "1e", "1e+", "1e1.5",
                          "0x10", "1_000", "--1", "1-", "1f"}) {
    EXPECT_FALSE(Accepts(bad)) << bad;
  }
}

TEST(JsonReader, ReadsDoublesExactly) {
  EXPECT_TRUE(rc::check("17 digits give the double back", [] {
    const double value = *testing_gen::FiniteDouble();
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.17g", value);
    RC_ASSERT(ReadNumber(text.data()) == value);
  }));
}

TEST(JsonReader, UnescapesStrings) {
  EXPECT_EQ(ReadText(R"("\"\\\/\b\f\n\r\t")"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(ReadText(R"("\u0000")"), std::string(1, '\0'));
  EXPECT_EQ(ReadText(R"("\u00e9\u00E9")"), "\xC3\xA9\xC3\xA9");
  EXPECT_EQ(ReadText(R"("\uFFFF\ufeff")"), "\xEF\xBF\xBF\xEF\xBB\xBF");
  EXPECT_EQ(ReadText(R"("\ud83d\ude00")"), "\xF0\x9F\x98\x80");
  EXPECT_EQ(ReadText(R"("\uD800\uDC00")"), "\xF0\x90\x80\x80");
  EXPECT_EQ(ReadText(R"("\udbff\udfff")"), "\xF4\x8F\xBF\xBF");
}

TEST(JsonReader, HoldsALoneSurrogateInItsGeneralisedForm) {
  EXPECT_EQ(ReadText(R"("\ud800")"), "\xED\xA0\x80");
  EXPECT_EQ(ReadText(R"("\udfff")"), "\xED\xBF\xBF");
  EXPECT_EQ(ReadText(R"("\ud800x")"), "\xED\xA0\x80x");
  EXPECT_EQ(ReadText(R"("\ud800\n")"), "\xED\xA0\x80\n");
  EXPECT_EQ(ReadText(R"("\ud800\u0041")"),
            "\xED\xA0\x80"
            "A");
  EXPECT_EQ(ReadText(R"("\ude00\ud83d")"), "\xED\xB8\x80\xED\xA0\xBD");
  EXPECT_EQ(ReadText(R"("\ud800\ud83d\ude00")"), "\xED\xA0\x80\xF0\x9F\x98\x80");
  EXPECT_EQ(ReadText(R"("\\ud800")"), "\\ud800");
  EXPECT_EQ(ReadText(R"("\ud800\u12")"), std::nullopt);
}

TEST(JsonReader, KeepsMembersThatStandTwice) {
  JsonReader reader(R"({"a":1,"\u0061":2})");
  EXPECT_EQ(reader.Next(), Token::kBeginObject);
  EXPECT_EQ(reader.Next(), Token::kName);
  EXPECT_EQ(reader.string(), "a");
  EXPECT_EQ(reader.Next(), Token::kNumber);
  EXPECT_EQ(reader.Next(), Token::kName);
  EXPECT_EQ(reader.string(), "a");
  EXPECT_EQ(reader.depth(), 1U);
  EXPECT_EQ(reader.Next(), Token::kNumber);
  EXPECT_EQ(reader.Next(), Token::kEndObject);
  EXPECT_EQ(reader.depth(), 0U);
  EXPECT_EQ(reader.Next(), Token::kEndOfText);
  EXPECT_EQ(reader.Next(), Token::kEndOfText);
}

TEST(JsonReader, StaysAtItsFirstErrorAndSaysWhereItIs) {
  JsonReader reader("[1,x]");
  EXPECT_EQ(reader.Next(), Token::kBeginArray);
  EXPECT_EQ(reader.Next(), Token::kNumber);
  EXPECT_EQ(reader.error(), "");
  EXPECT_EQ(reader.Next(), Token::kError);
  EXPECT_EQ(reader.error(), "this is no JSON value (byte 3)");
  EXPECT_EQ(reader.Next(), Token::kError);
}

}  // namespace
}  // namespace holdfast
