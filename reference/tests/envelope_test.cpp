// The file format: what is read, what is not, and how deep and odd a file may be.
#include "reference/envelope.h"

#include <gtest/gtest.h>

#include "reference/grammar.h"

namespace holdfast::reference {
namespace {

std::string Repeat(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

// A file with one entry "a" whose record is the text given.
std::string WithRecord(const std::string& record) {
  return R"({"version":1,"entries":{"a":{"record":)" + record + R"(,"createdAt":5}}})";
}

TEST(Envelope, IsReadBackAsItWasFormatted) {
  Contents contents;
  Put(contents, MakeEntry("b", {{"x", 1.5}}, R"({"x":1.5})", 3, std::nullopt));
  Put(contents, MakeEntry("\"\n.", nullptr, "null", 1e300, 0.5));
  const std::string text = FormatEnvelope(contents);
  EXPECT_EQ(EnvelopeBytes(contents), text.size());
  const auto read = ParseEnvelope(text, Limits());
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ(FormatEnvelope(*read), text);
  EXPECT_EQ(Find(*read, "\"\n.")->created_at, 1e300);
  EXPECT_EQ(Find(*read, "\"\n.")->expires_at, 0.5);
  EXPECT_EQ(Find(*read, "b")->record, Json({{"x", 1.5}}));
}

TEST(Envelope, KeepsAStringThatIsTheWholeRecord) {
  const auto read = ParseEnvelope(WithRecord(R"("\u00e9\n")"), Limits());
  ASSERT_TRUE(read);
  EXPECT_EQ(Find(*read, "a")->record, Json("\xC3\xA9\n"));
}

TEST(Envelope, AcceptsWhatTheFormatAllows) {
  const std::vector<std::string> texts = {
      R"({"version":1,"entries":{}})",
      R"( {"entries":{},"version":1.0} )",
      R"({"version":1e0,"entries":{},"note":{"a":1,"a":2}})",
      R"({"version":1,"entries":{},"\ud800":"\udc00","\ud801":[1e999,-1e999]})",
      R"({"version":1,"entries":{},"x":)" + Repeat("[", 100000) + Repeat("]", 100000) + "}",
      R"({"version":1,"entries":{"a":{"record":1,"createdAt":-0.5,"expiresAt":null}}})",
      R"({"version":1,"entries":{"a":{"record":1,"createdAt":1e300,"note":"\ud800"}}})",
      R"({"\u0076ersion":1,"entries":{"\ud83d\ude00":{"record":"\ud83d\ude00","createdAt":0}}})",
      WithRecord(Repeat("[", 128) + Repeat("]", 128)),
      WithRecord(Repeat(R"({"a":)", 128) + "1" + Repeat("}", 128)),
  };
  for (const std::string& text : texts) {
    const auto read = ParseEnvelope(text, Limits());
    EXPECT_TRUE(read) << text.substr(0, 100) << ": " << (read ? "" : read.error().detail);
  }
}

TEST(Envelope, RefusesWhatTheFormatForbids) {
  const std::vector<std::pair<std::string, std::optional<std::int64_t>>> table = {
      {"", std::nullopt},
      {"{", std::nullopt},
      {"null", std::nullopt},
      {"[]", std::nullopt},
      {"\xEF\xBB\xBF{\"version\":1,\"entries\":{}}", std::nullopt},
      {std::string("{\"version\":1,\"entries\":{}}\0", 27), std::nullopt},
      {R"({"version":1,"entries":{}}x)", std::nullopt},
      {R"({"version":1,"entries":{},"x":"\ud80"})", std::nullopt},
      {R"({"version":1,"entries":{},"x":01e999})", std::nullopt},
      {"{\"version\":1,\"entries\":{},\"x\":\"\xFF\"}", std::nullopt},
      {R"({"entries":{}})", std::nullopt},
      {R"({"version":"1","entries":{}})", std::nullopt},
      {R"({"version":null,"entries":{}})", std::nullopt},
      {R"({"version":[1],"entries":{}})", std::nullopt},
      {R"({"version":1.5,"entries":{}})", std::nullopt},
      {R"({"version":1e999,"entries":{}})", std::nullopt},
      {R"({"version":9007199254740992,"entries":{}})", std::nullopt},
      {R"({"version":1,"version":1,"entries":{}})", std::nullopt},
      {R"({"version":1,"\u0076ersion":2,"entries":{}})", std::nullopt},
      {R"({"version":0,"entries":{}})", 0},
      {R"({"version":-3,"entries":{}})", -3},
      {R"({"version":1})", 1},
      {R"({"version":1,"entries":[]})", 1},
      {R"({"version":1,"entries":null})", 1},
      {R"({"version":1,"entries":{},"entries":{}})", 1},
      {R"({"version":1,"entries":{},"x":1,"x":1})", 1},
      {R"({"version":1,"entries":{},"\ud800":1,"\uD800":1})", 1},
      {R"({"version":1,"entries":{"a":1}})", 1},
      {R"({"version":1,"entries":{"a":[]}})", 1},
      {R"({"version":1,"entries":{"a":{}}})", 1},
      {R"({"version":1,"entries":{"a":{"record":1}}})", 1},
      {R"({"version":1,"entries":{"a":{"createdAt":1}}})", 1},
      {R"({"version":1,"entries":{"a":{"record":1,"createdAt":"1"}}})", 1},
      {R"({"version":1,"entries":{"a":{"record":1,"createdAt":1e999}}})", 1},
      {R"({"version":1,"entries":{"a":{"record":1,"createdAt":null}}})", 1},
      {R"({"version":1,"entries":{"a":{"record":1,"createdAt":{}}}})", 1},
      {R"({"version":1,"entries":{"a":{"record":1,"createdAt":1,"expiresAt":"x"}}})", 1},
      {R"({"version":1,"entries":{"a":{"record":1,"createdAt":1,"createdAt":1}}})", 1},
      {R"({"version":1,"entries":{"a":{"record":1,"createdAt":1,"x":1,"x":1}}})", 1},
      {R"({"version":1,"entries":{"a":{"record":1,"createdAt":1},"a":{"record":1,"createdAt":1}}})",
       1},
      {R"({"version":1,"entries":{"":{"record":1,"createdAt":1}}})", 1},
      {R"({"version":1,"entries":{" a":{"record":1,"createdAt":1}}})", 1},
      {R"({"version":1,"entries":{"\ud800":{"record":1,"createdAt":1}}})", 1},
      {R"({"version":1,"entries":{")" + std::string(1025, 'a') +
           R"(":{"record":1,"createdAt":1}}})",
       1},
      {WithRecord(R"("\ud800")"), 1},
      {WithRecord(R"({"\udc00":1})"), 1},
      {WithRecord("[1e999]"), 1},
      {WithRecord(R"({"a":1,"a":1})"), 1},
      {WithRecord(R"([{"a":{"b":1,"b":1}}])"), 1},
      {WithRecord(Repeat("[", 129) + Repeat("]", 129)), 1},
      {WithRecord(Repeat("[", 1000000) + Repeat("]", 1000000)), 1},
      {WithRecord('"' + std::string(1 << 20, 'a') + '"'), 1},
  };
  for (const auto& [text, version] : table) {
    const auto read = ParseEnvelope(text, Limits());
    ASSERT_FALSE(read) << text.substr(0, 100);
    EXPECT_EQ(read.error().reason, QuarantineReason::kCorrupt) << text.substr(0, 100);
    EXPECT_EQ(read.error().version, version) << text.substr(0, 100);
  }
}

TEST(Envelope, OfAHigherVersionIsAMismatchWhateverElseItHolds) {
  for (const char* text :
       {R"({"version":2,"entries":{}})", R"({"version":2.0})",
        R"({"entries":[{"a":1,"a":1}],"x":1,"x":1,"\ud800":1e999,"version":9007199254740991})",
        R"({"entries":{"":{"record":"\ud800"}},"version":3})"}) {
    const auto read = ParseEnvelope(text, Limits());
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().reason, QuarantineReason::kVersionMismatch) << text;
    EXPECT_TRUE(read.error().version.has_value()) << text;
  }
}

TEST(Envelope, ThatIsHostilelyDeepCostsNoStack) {
  const std::string deep = Repeat("[", 5'000'000);
  EXPECT_FALSE(ParseEnvelope(deep, Limits()));
  EXPECT_FALSE(ParseEnvelope(WithRecord(deep), Limits()));
  EXPECT_FALSE(ParseEnvelope(R"({"version":1,"entries":{},"x":)" + deep, Limits()));
}

TEST(HarmlessText, ReplacesOnlyWhatTheParserRefusesThoughItIsJson) {
  const auto harmless =
      ReplaceOddTokens(R"({"\ud800":["\\ud800","\ud83d\ude00",1e999,-2,1e5,"\u12",1.e999]})");
  EXPECT_EQ(harmless.text, R"({"":["\\ud800","\ud83d\ude00",0,-2,1e5,"\u12",1.e999]})");
  ASSERT_EQ(harmless.odd_tokens.size(), 2U);
  EXPECT_EQ(harmless.odd_tokens.at(0).value, "\xED\xA0\x80");
  EXPECT_EQ(harmless.odd_tokens.count(3), 1U);
}

}  // namespace
}  // namespace holdfast::reference
