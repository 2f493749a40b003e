#include "conformance/judge/concurrent_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "holdfast/spec/ill_formed_json.h"
#include "holdfast/spec/schemas.h"

namespace holdfast::conformance {
namespace {

using testing::HasSubstr;

constexpr const char* kOpen =
    R"({"e":"open","max_entries":3,"capabilities":{"clock":"virtual","max_entries":true}})"
    "\n";

constexpr const char* kStory =
    R"({"e":"call","id":0,"p":0,"f":"register","args":{"key":"a","record":{"n":1},"ttl_ms":5},"now":7})"
    "\n"
    R"({"e":"call","id":1,"p":1,"f":"lookup","args":{"key":"\ud800"},"now":7})"
    "\n"
    R"({"e":"ret","id":1,"p":1,"result":{"err":{"code":"invalid-argument","effect":"none","field":"key","message":""}},"now":7})"
    "\n"
    R"({"e":"crash","p":0})"
    "\n"
    R"({"e":"reaped","p":0})"
    "\n"
    R"({"e":"call","id":0,"p":0,"f":"entries","args":{},"now":8})"
    "\n"
    R"({"e":"ret","id":0,"p":0,"result":{"ok":{"entries":[{"id":"a","record":null,"created_at":8}]}},"now":8})"
    "\n";

TEST(ConcurrentHistory, IsReadAsItWasWritten) {
  const auto history = ReadHistory(std::string(kOpen) + kStory);
  ASSERT_TRUE(history) << history.error().line << ": " << history.error().message;
  ASSERT_EQ(history->calls.size(), 3U);
  EXPECT_EQ(history->max_entries, 3);
  EXPECT_FALSE(history->calls[0].result);
  EXPECT_EQ(history->calls[0].line, 2U);
  EXPECT_EQ(history->calls[1].operation.id, "\xED\xA0\x80");
  EXPECT_EQ(history->calls[2].invoked_ms, 8);
  EXPECT_EQ(history->events.size(), 7U);
  const std::string written = HistoryToJsonLines(*history);
  const auto again = ReadHistory(written);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(HistoryToJsonLines(*again), written);
  EXPECT_EQ(again->events, history->events);
}

TEST(ConcurrentHistory, IsWrittenAsTheSchemaSays) {
  const auto history = ReadHistory(std::string(kOpen) + kStory);
  ASSERT_TRUE(history);
  std::istringstream lines(HistoryToJsonLines(*history));
  for (std::string line; std::getline(lines, line);) {
    const auto valid = ValidateAgainst(SchemaName::kHistory, ParseIllFormed(line).value());
    EXPECT_TRUE(valid) << line << "\n" << valid.error();
  }
}

TEST(ConcurrentHistory, KeepsTheTimesOfAMachinesClock) {
  const auto history =
      ReadHistory(R"({"e":"open","max_entries":0,"capabilities":{}})"
                  "\n"
                  R"({"e":"call","id":0,"p":0,"f":"clear","args":{},"now":7})"
                  "\n"
                  R"({"e":"ret","id":0,"p":0,"result":{"ok":{}},"now":9})"
                  "\n"
                  R"({"e":"call","id":0,"p":0,"f":"clear","args":{},"now":10,"until":12})"
                  "\n"
                  R"({"e":"call","id":1,"p":1,"f":"clear","args":{},"now":10})"
                  "\n");
  ASSERT_TRUE(history) << history.error().message;
  EXPECT_EQ(history->calls[0].returned_ms, 9);
  EXPECT_EQ(history->calls[1].returned_ms, 12);
  EXPECT_EQ(history->calls[2].returned_ms, kNoLatestTime);
  const auto again = ReadHistory(HistoryToJsonLines(*history));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->calls[1].returned_ms, 12);
}

struct Bad {
  std::string text;
  std::size_t line;
  const char* message;
};

TEST(ConcurrentHistory, ThatCannotBeIsRefusedWithItsLine) {
  const std::string call = R"({"e":"call","id":1,"p":0,"f":"clear"})"
                           "\n";
  const std::string open = R"({"e":"open"})"
                           "\n";
  const std::string deep = "{\"e\":" + std::string(100'000, '[') + "\n";
  const Bad cases[] = {
      {"", 0, "is empty"},
      {"\n", 1, "the line is empty"},
      {call + "{\"e\":\"ret\",\"id\":1", 2, "is torn"},
      {call + "{\"e\":\"ret\",\"id\":1\n", 2, "is not JSON"},
      {std::string("\x7f"
                   "ELF\0\1\n",
                   7),
       1, "is not JSON"},
      {deep, 1, "nests deeper"},
      {"[]\n", 1, "is not a JSON object"},
      {"{}\n", 1, "\"e\" must name"},
      {"{\"e\":\"begin\"}\n", 1, "\"begin\" is no event"},
      {"{\"e\":\"file\",\"bytes\":\"\"}\n", 1, "\"file\" is no event"},
      {R"({"e":"ret","id":1,"p":0,"result":{"ok":{}}})"
       "\n",
       1, "a return without a call"},
      {call + R"({"e":"call","id":1,"p":1,"f":"clear"})", 2, "two calls are open for the id 1"},
      {call + R"({"e":"call","id":2,"p":0,"f":"clear"})", 2, "process 0 has a call open already"},
      {call + R"({"e":"ret","id":1,"p":2,"result":{"ok":{}}})", 2, "is of process 0"},
      {call + R"({"e":"ret","id":1,"p":0})", 2, "\"result\" is missing"},
      {call + R"({"e":"ret","id":1,"p":0,"result":{"ok":true}})", 2, "\"ok\" must be an object"},
      {call + R"({"e":"ret","id":1,"p":0,"result":{"err":{"code":"odd"}}})", 2, "\"result\":"},
      {call + R"({"e":"reaped","p":0})"
              "\n"
              R"({"e":"ret","id":1,"p":0,"result":{"ok":{}}})",
       3, "a return without a call"},
      {R"({"e":"call","id":1,"p":0,"f":"peek"})", 1, "\"peek\" is no operation"},
      {R"({"e":"call","id":1,"p":0,"f":"read"})", 1, "\"read\" is no operation of a keyed store"},
      {R"({"e":"call","id":1,"p":0,"f":7})", 1, "\"f\" must name"},
      {R"({"e":"call","id":1.5,"p":0,"f":"clear"})", 1, "\"id\" must be an integer"},
      {R"({"e":"call","p":0,"f":"clear"})", 1, "\"id\" is missing"},
      {R"({"e":"call","id":1,"p":-1,"f":"clear"})", 1, "\"p\" must be an integer"},
      {R"({"e":"call","id":1,"p":0,"f":"lookup","args":{"key":5}})", 1, "\"key\" must be a string"},
      {R"({"e":"call","id":1,"p":0,"f":"lookup","args":[]})", 1, "\"args\" must be an object"},
      {R"({"e":"call","id":1,"p":0,"f":"clear","now":"soon"})", 1, "\"now\" must be a time"},
      {open + open, 2, "a second open (line 1)"},
      {call + open, 2, "an open after the first call"},
      {R"({"e":"open","capabilities":{"clock":"sundial"}})", 1, "\"capabilities\":"},
      {R"({"e":"open","capabilities":{"max_entries":true}})", 1, "\"max_entries\" must be 1"},
      {R"({"e":"crash"})", 1, "\"p\" is missing"},
      {"{\"e\":\"crash\",\"p\":3}\n{\"e\":\"crash\",\"p\":3}\n", 2, "has crashed already (line 1)"},
  };
  for (const Bad& bad : cases) {
    SCOPED_TRACE(bad.text.substr(0, 200));
    const auto history = ReadHistory(bad.text);
    ASSERT_FALSE(history);
    EXPECT_EQ(history.error().line, bad.line);
    EXPECT_THAT(history.error().message, HasSubstr(bad.message));
  }
}

}  // namespace
}  // namespace holdfast::conformance
