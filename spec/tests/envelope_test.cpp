#include "holdfast/spec/envelope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>

#include "holdfast/spec/text.h"
#include "spec/tests/json_gen.h"

namespace holdfast {
namespace {

using ::testing::HasSubstr;
using Labels = std::vector<std::string>;

constexpr auto kCorrupt = EnvelopeFault::Reason::kCorrupt;
constexpr auto kVersionMismatch = EnvelopeFault::Reason::kVersionMismatch;

Envelope AnyEnvelope() {
  Envelope envelope;
  std::set<std::string> ids;
  const int count = *rc::gen::inRange(0, 5);
  for (int i = 0; i < count; ++i) {
    std::string id(TrimWhiteSpace(*testing_gen::Text()));
    if (id.empty() || !ids.insert(id).second) continue;
    EnvelopeEntry entry{id, *testing_gen::Value(), *testing_gen::FiniteDouble(), std::nullopt};
    if (*rc::gen::arbitrary<bool>()) {
      entry.expires_at = static_cast<double>(*testing_gen::SafeInteger());
    }
    envelope.entries.push_back(std::move(entry));
  }
  return envelope;
}

// A file whose entries are the given text.
std::string File(const std::string& entries) {
  return R"({"version":1,"entries":)" + entries + "}";
}
// A file with one entry of that text.
std::string OneEntry(const std::string& entry) { return File(R"({"a":)" + entry + "}"); }
// A file with one entry that has that record.
std::string OneRecord(const std::string& record) {
  return OneEntry(R"({"createdAt":1,"record":)" + record + "}");
}
// A file with one entry of that id, given with its quotes.
std::string OneId(const std::string& id) {
  return File("{" + id + R"(:{"record":0,"createdAt":1}})");
}

std::string Repeat(const std::string& text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

TEST(Envelope, ReadsBackWhatItWrote) {
  EXPECT_TRUE(rc::check("serialize, then parse", [] {
    const Envelope envelope = AnyEnvelope();
    const std::string bytes = SerializeEnvelope(envelope);
    RC_LOG() << bytes << "\n";
    const auto parsed = ParseEnvelope(bytes);
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(*parsed == envelope);
  }));
}

TEST(Envelope, IsNotValidWhereItsEndIsMissing) {
  EXPECT_TRUE(rc::check("every true prefix is corrupt", [] {
    const std::string bytes = SerializeEnvelope(AnyEnvelope());
    const auto cut = *rc::gen::inRange<std::size_t>(0, bytes.size());
    const auto parsed = ParseEnvelope(std::string_view(bytes).substr(0, cut));
    RC_ASSERT(!parsed.has_value());
    RC_ASSERT(parsed.error().reason == kCorrupt);
    RC_ASSERT(parsed.error().labels.front() == "unknown");
    RC_ASSERT(!parsed.error().version.has_value());
  }));
}

TEST(Envelope, IsReadWithoutItsUnknownMembers) {
  EXPECT_TRUE(rc::check("unknown members change nothing", [] {
    const Envelope envelope = AnyEnvelope();
    const std::string unknown =
        "\"x\":" + *rc::gen::element<std::string>("null", "[]", "{\"a\":1,\"a\":2}", "\"\\ud800\"",
                                                  "[1e999]", "\" a \"",
                                                  "{\"record\":1,\"record\":2,\"version\":2}",
                                                  Repeat("[", 500) + Repeat("]", 500));
    std::string bytes = SerializeEnvelope(envelope);
    const std::string before = *rc::gen::element<std::string>(
        R"("version")", R"("entries")", R"("record":)", R"("createdAt":)", R"("expiresAt":)");
    // Records hold text of their own, but no colon, so the three last are found in entries only.
    const std::size_t at = bytes.find(before);
    RC_PRE(at != std::string::npos);
    bytes.insert(at, unknown + ",");
    RC_LOG() << bytes << "\n";
    const auto parsed = ParseEnvelope(bytes, {.max_depth = 64});
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(*parsed == envelope);
  }));
}

TEST(Envelope, IsValidInEachOfTheseForms) {
  const EnvelopeEntry plain{"a", 1, 2, std::nullopt};
  EnvelopeEntry expiring = plain;
  expiring.expires_at = 3;
  const struct {
    std::string bytes;
    std::vector<EnvelopeEntry> entries;
  } cases[] = {
      {R"({"version":1,"entries":{}})", {}},
      {R"({"entries":{},"version":1})", {}},
      {" {\t\"version\" : 1 ,\r\n\"entries\" : { } } \n", {}},
      {R"({"version":1.0,"entries":{}})", {}},
      {R"({"version":1e0,"entries":{}})", {}},
      {R"({"version":10e-1,"entries":{}})", {}},
      {R"({"version":1,"entries":{},"vers":2,"Version":3,"extra":{"version":9}})", {}},
      {R"({"v\u0065rsion":1,"\u0065ntries":{}})", {}},
      {OneEntry(R"({"record":1,"createdAt":2})"), {plain}},
      {OneEntry(R"({"createdAt":2,"record":1.0})"), {plain}},
      {OneEntry(R"({"r\u0065cord":1,"createdAt":2})"), {plain}},
      {OneEntry(R"({"record":1,"createdAt":2,"expiresAt":null})"), {plain}},
      {OneEntry(R"({"record":1,"createdAt":2,"expiresAt":3})"), {expiring}},
      {OneEntry(R"({"expiresAt":0.3e1,"record":1,"createdAt":2,"id":7,"owner":{"x":1,"x":2}})"),
       {expiring}},
      {OneEntry(R"({"record":null,"createdAt":2})"), {{"a", nullptr, 2, std::nullopt}}},
      {OneEntry(R"({"record":1,"createdAt":-1.5,"expiresAt":1e300})"), {{"a", 1, -1.5, 1e300}}},
      {OneEntry(R"({"record":1,"createdAt":1e-999})"), {{"a", 1, 0, std::nullopt}}},
      {OneRecord(R"({"version":2,"entries":0,"record":{"record":1},"createdAt":"x"})"),
       {{"a",
         {{"version", 2}, {"entries", 0}, {"record", {{"record", 1}}}, {"createdAt", "x"}},
         1,
         std::nullopt}}},
      {OneRecord(R"([{"a":1},{"a":1}])"),
       {{"a", Json::array({{{"a", 1}}, {{"a", 1}}}), 1, std::nullopt}}},
      {OneRecord("9007199254740991"), {{"a", kMaxSafeInteger, 1, std::nullopt}}},
      {OneRecord("9007199254740993"), {{"a", 9007199254740992.0, 1, std::nullopt}}},
      {OneRecord("-0"), {{"a", 0, 1, std::nullopt}}},
      {OneRecord(R"(" a ")"), {{"a", " a ", 1, std::nullopt}}},
      {OneRecord(R"("\ud83d\ude00")"), {{"a", "\xF0\x9F\x98\x80", 1, std::nullopt}}},
      {OneId(R"("__proto__")"), {{"__proto__", 0, 1, std::nullopt}}},
      {OneId(R"("a b")"), {{"a b", 0, 1, std::nullopt}}},
      {OneId(R"("\u0000")"), {{std::string(1, '\0'), 0, 1, std::nullopt}}},
      {OneId(R"("\u200b")"), {{"\xE2\x80\x8B", 0, 1, std::nullopt}}},
      {File(R"({"b":{"record":0,"createdAt":1},"a":{"record":0,"createdAt":1}})"),
       {{"b", 0, 1, std::nullopt}, {"a", 0, 1, std::nullopt}}},
      {File(R"({"é":{"record":0,"createdAt":1},"e\u0301":{"record":0,"createdAt":1}})"),
       {{"\xC3\xA9", 0, 1, std::nullopt}, {"e\xCC\x81", 0, 1, std::nullopt}}},
  };
  for (const auto& [bytes, entries] : cases) {
    const auto parsed = ParseEnvelope(bytes);
    ASSERT_TRUE(parsed) << bytes << ": " << parsed.error().message;
    EXPECT_EQ(parsed->entries, entries) << bytes;
  }
}

struct BadFile {
  std::string bytes;
  Labels labels;
  std::string message;
};

void ExpectFaults(EnvelopeFault::Reason reason, const std::vector<BadFile>& files,
                  const EnvelopeLimits& limits = {}) {
  for (const auto& [bytes, labels, message] : files) {
    const auto parsed = ParseEnvelope(bytes, limits);
    const std::string shown = bytes.substr(0, 100);
    ASSERT_FALSE(parsed) << shown;
    EXPECT_EQ(parsed.error().reason, reason) << shown;
    EXPECT_EQ(parsed.error().labels, labels) << shown;
    EXPECT_THAT(parsed.error().message, HasSubstr(message)) << shown;
    const bool has_version = labels.size() == 1 && labels[0] != "unknown";
    EXPECT_EQ(parsed.error().version.has_value(), has_version) << shown;
  }
}

TEST(Envelope, IsCorruptWhereItIsNotJson) {
  const std::string good = R"({"version":1,"entries":{}})";
  ExpectFaults(kCorrupt,
               {
                   {"", {"unknown"}, "not JSON"},
                   {" \n", {"unknown"}, "not JSON"},
                   {"garbage", {"unknown"}, "not JSON"},
                   {"\xEF\xBB\xBF" + good, {"unknown"}, "not JSON"},
                   {good + "x", {"unknown", "1"}, "something follows"},
                   {good + std::string(1, '\0'), {"unknown", "1"}, "something follows"},
                   {good + good, {"unknown", "1"}, "something follows"},
                   {std::string(30, '\0'), {"unknown"}, "not JSON"},
                   {R"({"version":1,"entries":{})", {"unknown", "1"}, "missing"},
                   {R"({"version":2,"entries":{},})", {"unknown", "2"}, "missing"},
                   {R"({"version":2)", {"unknown", "2"}, "missing"},
                   {R"({"version":2.5,)", {"unknown"}, "missing"},
                   {R"({"version":"2",)", {"unknown"}, "missing"},
                   {R"({"version":2,"version":2,)", {"unknown"}, "missing"},
                   {R"({"entries":{},x"version":1})", {"unknown"}, "missing"},
                   {R"({"version":01,"entries":{}})", {"unknown", "0"}, "missing"},
                   {R"({"version":1,"entries":{},"x":)"
                    "\"\xFF\"}",
                    {"unknown", "1"},
                    "not UTF-8"},
                   {R"({"version":1,"entries":{},"x":)"
                    "\"\xED\xA0\x80\"}",
                    {"unknown", "1"},
                    "not UTF-8"},
                   {R"({"version":1,"entries":{},"x":)"
                    "\"\t\"}",
                    {"unknown", "1"},
                    "control character"},
                   {R"({"version":1,"entries":{},"x":NaN})", {"unknown", "1"}, "no JSON value"},
                   {R"({'version':1,'entries':{}})", {"unknown"}, "not JSON"},
                   {"{\"version\":1,/**/\"entries\":{}}", {"unknown", "1"}, "missing"},
               });
}

TEST(Envelope, IsCorruptWhereTheEnvelopeIsNotRight) {
  ExpectFaults(
      kCorrupt,
      {
          {"null", {"unknown"}, "not an object"},
          {"1", {"unknown"}, "not an object"},
          {R"("version")", {"unknown"}, "not an object"},
          {R"([{"version":1,"entries":{}}])", {"unknown"}, "not an object"},
          {"{}", {"unknown"}, "no entries"},
          {R"({"entries":{}})", {"unknown"}, "version"},
          {R"({"version":null,"entries":{}})", {"unknown"}, "version"},
          {R"({"version":"1","entries":{}})", {"unknown"}, "version"},
          {R"({"version":true,"entries":{}})", {"unknown"}, "version"},
          {R"({"version":[1],"entries":{}})", {"unknown"}, "version"},
          {R"({"version":{"version":1},"entries":{}})", {"unknown"}, "version"},
          {R"({"version":1.5,"entries":{}})", {"unknown"}, "version"},
          {R"({"version":1e999,"entries":{}})", {"unknown"}, "version"},
          {R"({"version":9007199254740992,"entries":{}})", {"unknown"}, "version"},
          {R"({"version":-9007199254740992,"entries":{}})", {"unknown"}, "version"},
          {R"({"version":0,"entries":{}})", {"0"}, "version"},
          {R"({"version":-0.0,"entries":{}})", {"0"}, "version"},
          {R"({"version":-3,"entries":{}})", {"-3"}, "version"},
          {R"({"version":-9007199254740991,"entries":{}})", {"-9007199254740991"}, "version"},
          {R"({"version":1})", {"1"}, "no entries"},
          {R"({"version":1,"entries":null})", {"1"}, "not an object"},
          {R"({"version":1,"entries":[]})", {"1"}, "not an object"},
          {R"({"version":1,"entries":[{"a":{}}]})", {"1"}, "not an object"},
          {R"({"version":1,"entries":"{}"})", {"1"}, "not an object"},
      });
}

TEST(Envelope, IsCorruptWhereAMemberStandsTwice) {
  ExpectFaults(
      kCorrupt,
      {
          {R"({"version":1,"version":1,"entries":{}})", {"unknown"}, "\"version\" stands twice"},
          {R"({"version":2,"version":2,"entries":{}})", {"unknown"}, "\"version\" stands twice"},
          {R"({"version":1,"v\u0065rsion":2,"entries":{}})",
           {"unknown"},
           "\"version\" stands twice"},
          {R"({"version":1,"version":1,"version":1,"entries":{}})", {"unknown"}, "stands twice"},
          {R"({"version":1,"entries":{},"entries":{}})", {"1"}, "\"entries\" stands twice"},
          {R"({"version":1,"entries":{},"x":1,"x":1})", {"1"}, "\"x\" stands twice"},
          {R"({"version":1,"entries":{},"\ud800":1,"\ud800":1})", {"1"}, "stands twice"},
          {File(R"({"a":{"record":0,"createdAt":1},"a":{"record":0,"createdAt":1}})"),
           {"1"},
           "\"a\" stands twice"},
          {File(R"({"a":{"record":0,"createdAt":1},"\u0061":{"record":0,"createdAt":1}})"),
           {"1"},
           "\"a\" stands twice"},
          {OneEntry(R"({"record":1,"record":1,"createdAt":2})"), {"1"}, "\"record\" stands twice"},
          {OneEntry(R"({"record":1,"createdAt":2,"createdAt":2})"), {"1"}, "stands twice"},
          {OneEntry(R"({"record":1,"createdAt":2,"expiresAt":null,"expiresAt":null})"),
           {"1"},
           "stands twice"},
          {OneEntry(R"({"record":1,"createdAt":2,"x":1,"x":1})"), {"1"}, "\"x\" stands twice"},
          {OneRecord(R"({"b":1,"b":1})"), {"1"}, "\"b\" of a record stands twice"},
          {OneRecord(R"([[{"c":{"b":1,"\u0062":1}}]])"), {"1"}, "\"b\" of a record stands twice"},
      });
}

TEST(Envelope, IsCorruptWhereAnEntryIsNotRight) {
  ExpectFaults(
      kCorrupt,
      {
          {OneEntry("null"), {"1"}, "not an object"},
          {OneEntry("[1,2]"), {"1"}, "not an object"},
          {OneEntry("{}"), {"1"}, "no record"},
          {OneEntry(R"({"createdAt":1})"), {"1"}, "no record"},
          {OneEntry(R"({"createdAt":1,"Record":1})"), {"1"}, "no record"},
          {OneEntry(R"({"record":1})"), {"1"}, "no createdAt"},
          {OneEntry(R"({"record":1,"createdAt":null})"), {"1"}, "no finite number"},
          {OneEntry(R"({"record":1,"createdAt":"1"})"), {"1"}, "no finite number"},
          {OneEntry(R"({"record":1,"createdAt":true})"), {"1"}, "no finite number"},
          {OneEntry(R"({"record":1,"createdAt":[1]})"), {"1"}, "no finite number"},
          {OneEntry(R"({"record":1,"createdAt":1e999})"), {"1"}, "no finite number"},
          {OneEntry(R"({"record":1,"createdAt":1,"expiresAt":-1e999})"), {"1"}, "no finite number"},
          {OneEntry(R"({"record":1,"createdAt":1,"expiresAt":"2"})"), {"1"}, "no finite number"},
          {OneEntry(R"({"record":1,"createdAt":1,"expiresAt":{}})"), {"1"}, "no finite number"},
          {OneId(R"("")"), {"1"}, "empty"},
          {OneId(R"(" a")"), {"1"}, "white space"},
          {OneId(R"("a\t")"), {"1"}, "white space"},
          {OneId(R"("\ufeffa")"), {"1"}, "white space"},
          {OneId(R"("a\u2029")"), {"1"}, "white space"},
          {OneId(R"("\u00a0")"), {"1"}, "white space"},
          {OneId(R"("a\ud800")"), {"1"}, "lone surrogate"},
          {OneId(R"("\udc00b")"), {"1"}, "lone surrogate"},
          {OneRecord(R"("\ud800")"), {"1"}, "lone surrogate"},
          {OneRecord(R"({"a":[{"\udc00":1}]})"), {"1"}, "lone surrogate"},
          {OneRecord("1e999"), {"1"}, "not finite"},
          {OneRecord("[[-1e999]]"), {"1"}, "not finite"},
      });
}

TEST(Envelope, OfAHigherVersionIsAMismatchWhateverTheRestHolds) {
  ExpectFaults(kVersionMismatch,
               {
                   {R"({"version":2,"entries":{}})", {"2"}, "version is 2"},
                   {R"({"version":2})", {"2"}, "version is 2"},
                   {R"({"version":20e-1,"entries":[]})", {"2"}, "version is 2"},
                   {R"({"entries":{"":{}},"x":1,"x":2,"version":3})", {"3"}, "version is 3"},
                   {R"({"entries":{"a":{"record":"\ud800"}},"version":2})", {"2"}, "version is 2"},
                   {R"({"version":9007199254740991,"entries":{}})",
                    {"9007199254740991"},
                    "version is 9007199254740991"},
                   {R"({"version":2,"entries":)" + Repeat("[", 100000) + Repeat("]", 100000) + "}",
                    {"2"},
                    "version is 2"},
                   {R"({"version":2,"entries":{"a":{"record":)" + Repeat("[", 1000) +
                        Repeat("]", 1000) + "}}}",
                    {"2"},
                    "version is 2"},
               },
               {.max_depth = 64, .max_id_bytes = 512});
}

TEST(Envelope, IsHeldToTheDeclaredLimits) {
  const std::string deep = OneRecord(Repeat("[", 64) + Repeat("]", 64));
  const std::string deeper = OneRecord(Repeat("[", 65) + Repeat("]", 65));
  EXPECT_TRUE(ParseEnvelope(deep, {.max_depth = 64}));
  EXPECT_TRUE(ParseEnvelope(deeper));
  ExpectFaults(kCorrupt, {{deeper, {"1"}, "too deep"}}, {.max_depth = 64});

  EXPECT_TRUE(ParseEnvelope(OneId("\"" + Repeat("\xC3\xA9", 256) + "\""), {.max_id_bytes = 512}));
  ExpectFaults(kCorrupt, {{OneId("\"" + Repeat("\xC3\xA9", 256) + "a\""), {"1"}, "too long"}},
               {.max_id_bytes = 512});

  const std::string version_2 = R"({"version":2,"entries":{}})";
  EXPECT_TRUE(ParseEnvelope(deep, {.max_file_bytes = static_cast<std::int64_t>(deep.size())}));
  ExpectFaults(kCorrupt, {{version_2, {"unknown"}, "file is too large"}},
               {.max_file_bytes = static_cast<std::int64_t>(version_2.size()) - 1});
}

TEST(Envelope, MeasuresARecordAsCompactJsonHoweverItIsWritten) {
  EXPECT_TRUE(rc::check("the limit is the compact size", [] {
    const Json record = *testing_gen::Value();
    const bool spread = *rc::gen::arbitrary<bool>();
    const std::string bytes = OneRecord(record.dump(spread ? 2 : -1, ' ', spread));
    // The measure is taken from what was read: 1.0 is read as 1.
    const auto read = ParseEnvelope(bytes);
    RC_ASSERT(read.has_value());
    const auto size = static_cast<std::int64_t>(read->entries.at(0).record.dump().size());
    RC_ASSERT(ParseEnvelope(bytes, {.max_record_bytes = size}).has_value());
    const auto refused = ParseEnvelope(bytes, {.max_record_bytes = size - 1});
    RC_ASSERT(!refused.has_value());
    RC_ASSERT(refused.error().message == "the record is too large");
  }));
}

TEST(Envelope, IsReadAtAnyDepthWithoutRecursion) {
  constexpr int kDepth = 100'000;
  const std::string open = Repeat("[", kDepth);
  const std::string close = Repeat("]", kDepth);
  EXPECT_TRUE(ParseEnvelope(R"({"version":1,"entries":{},"x":)" + open + close + "}"));
  EXPECT_TRUE(ParseEnvelope(OneEntry(R"({"record":0,"createdAt":1,"x":)" + open + close + "}")));
  EXPECT_TRUE(ParseEnvelope(OneRecord(open + close)));
  EXPECT_TRUE(ParseEnvelope(OneRecord(Repeat(R"({"a":)", kDepth) + "0" + Repeat("}", kDepth))));
  EXPECT_FALSE(ParseEnvelope(open));
  EXPECT_FALSE(ParseEnvelope(open + close));
  EXPECT_FALSE(ParseEnvelope(OneRecord(open + close), {.max_depth = 64}));
}

TEST(Envelope, TakesItsLimitsFromTheClaims) {
  Capabilities capabilities;
  capabilities.max_file_bytes = 1;
  capabilities.max_depth = 2;
  capabilities.max_id_bytes = 3;
  capabilities.max_record_bytes = 4;
  const EnvelopeLimits limits = LimitsOf(capabilities);
  EXPECT_EQ(limits.max_file_bytes, 1);
  EXPECT_EQ(limits.max_depth, 2);
  EXPECT_EQ(limits.max_id_bytes, 3);
  EXPECT_EQ(limits.max_record_bytes, 4);
}

}  // namespace
}  // namespace holdfast
