// `holdfast judge` as a user runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/cli/tests/program_run.h"

namespace holdfast::conformance {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string Lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

Ended Judge(const TestFolder& folder, const std::string& model, const std::string& text,
            std::vector<std::string> options = {}) {
  options.insert(options.begin(), {"judge", "--model", model, folder.Write("h.jsonl", text)});
  return RunHoldfast(options, folder.path());
}

const std::string kWrite = R"({"e":"call","id":0,"p":0,"f":"write","v":1})";
const std::string kWritten = R"({"e":"ret","id":0,"p":0,"ok":true})";
const std::string kRead = R"({"e":"call","id":1,"p":1,"f":"read"})";

TEST(JudgeCommand, PassesALinearizableHistory) {
  const TestFolder folder;
  const Ended ended = Judge(folder, "register",
                            Lines({kWrite, kRead, R"({"e":"ret","id":1,"p":1,"exists":false})",
                                   kWritten, R"({"e":"call","id":2,"p":1,"f":"cas","a":1,"b":2})",
                                   R"({"e":"ret","id":2,"p":1,"ok":true})"}));
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("linearizable: 3 calls in 6 lines"));
}

TEST(JudgeCommand, ExplainsAViolationOfEachModel) {
  const TestFolder folder;
  const Ended of_register =
      Judge(folder, "register",
            Lines({kWrite, kWritten, kRead, R"({"e":"ret","id":1,"p":1,"exists":false})"}));
  EXPECT_EQ(of_register.code, 1) << of_register.err;
  EXPECT_THAT(of_register.out, HasSubstr("violation: lost write"));
  EXPECT_THAT(of_register.out, HasSubstr("p0  |-write 1 -> ok-|"));
  EXPECT_THAT(of_register.out, HasSubstr("The read of process 1 (line 3) answered unset"));

  const Ended of_kv =
      Judge(folder, "kv",
            Lines({R"({"e":"call","id":0,"p":0,"f":"append","k":"a","v":"x"})",
                   R"({"e":"ret","id":0,"p":0})",
                   R"({"e":"call","id":1,"p":0,"f":"append","k":"a","v":"y"})",
                   R"({"e":"ret","id":1,"p":0})", R"({"e":"call","id":2,"p":0,"f":"get","k":"a"})",
                   R"({"e":"ret","id":2,"p":0,"v":"y"})"}));
  EXPECT_EQ(of_kv.code, 1) << of_kv.err;
  EXPECT_THAT(of_kv.out, HasSubstr("violation: lost append"));

  const Ended of_store =
      Judge(folder, "keyed-store",
            Lines({R"({"e":"call","id":0,"p":0,"f":"register","args":{"key":"a","record":7}})",
                   R"({"e":"ret","id":0,"p":0,"result":{"ok":{}}})",
                   R"({"e":"call","id":1,"p":1,"f":"consume","args":{"key":"a"}})",
                   R"({"e":"call","id":2,"p":2,"f":"consume","args":{"key":"a"}})",
                   R"({"e":"ret","id":1,"p":1,"result":{"ok":{"found":true,"record":7}}})",
                   R"({"e":"ret","id":2,"p":2,"result":{"ok":{"found":true,"record":7}}})"}));
  EXPECT_EQ(of_store.code, 1) << of_store.err;
  EXPECT_THAT(of_store.out, HasSubstr("violation: double consume (OPS-3, CON-1)"));
  EXPECT_THAT(of_store.out, HasSubstr("expected  absent\ngot       7\n"));
}

TEST(JudgeCommand, SaysWhatWasSpentWhereItDoesNotKnow) {
  std::vector<std::string> lines;
  for (int i = 0; i < 30; ++i) {
    const std::string n = std::to_string(i);
    lines.push_back(R"({"e":"call","id":)" + n + R"(,"p":)" + n + R"(,"f":"write","v":)" + n + "}");
  }
  lines.push_back(R"({"e":"call","id":99,"p":99,"f":"read"})");
  lines.push_back(R"({"e":"ret","id":99,"p":99,"v":"never written"})");
  const TestFolder folder;
  const Ended steps = Judge(folder, "register", Lines(lines), {"--steps", "1000"});
  EXPECT_EQ(steps.code, 3) << steps.err;
  EXPECT_THAT(steps.out, HasSubstr("spent: steps (1,001 steps"));
  const Ended memory = Judge(folder, "register", Lines(lines), {"--memory", "1K"});
  EXPECT_EQ(memory.code, 3) << memory.err;
  EXPECT_THAT(memory.out, HasSubstr("spent: memory"));
}

TEST(JudgeCommand, RefusesAFileThatIsNoHistoryWithItsLine) {
  const TestFolder folder;
  const struct {
    std::string model;
    std::string text;
    const char* sentence;
  } cases[] = {
      {"register", "", "h.jsonl: is empty"},
      {"register", Lines({kWritten}), "h.jsonl:1: a return without a call"},
      {"register", Lines({kWrite, kWrite}), "h.jsonl:2: two calls are open for the id 0"},
      {"register", kWrite + "\n{\"e\":\"ret\",\"id\":0,\"p", "h.jsonl:2: is torn"},
      {"register", Lines({R"({"e":"call","id":1,"p":1,"f":"get","k":"a"})"}),
       "\"get\" is no operation of a register"},
      {"kv", Lines({kWrite}), "\"write\" is no operation of a map"},
      {"keyed-store", Lines({kWrite}), "\"write\" is no operation of a keyed store"},
      {"register", Lines({kRead, R"({"e":"ret","id":1,"p":1})"}), "h.jsonl:2: a read returns"},
      {"register", Lines({kRead, R"({"e":"ret","id":1,"p":1,"ok":"yes"})"}), "true or false"},
      {"kv", Lines({R"({"e":"call","id":1,"p":1,"f":"put","k":"a","v":1})"}), "must be a string"},
      {"kv", std::string("\x7f\0\xff", 3), "h.jsonl:1: is torn"},
  };
  for (const auto& [model, text, sentence] : cases) {
    SCOPED_TRACE(sentence);
    const Ended ended = Judge(folder, model, text);
    EXPECT_EQ(ended.code, 2);
    EXPECT_THAT(ended.err, HasSubstr(sentence));
    EXPECT_THAT(ended.out, IsEmpty());
  }
}

TEST(JudgeCommand, RefusesOptionsThatCannotBe) {
  const TestFolder folder;
  EXPECT_THAT(Judge(folder, "stack", "").err, HasSubstr("register, kv and keyed-store"));
  EXPECT_THAT(Judge(folder, "kv", "", {"--memory", "2"}).err, HasSubstr("write 512M or 2G"));
  EXPECT_THAT(Judge(folder, "kv", "", {"--steps", "0"}).err, HasSubstr("--steps"));
  const Ended missing = RunHoldfast({"judge", "--model", "kv", "none.jsonl"}, folder.path());
  EXPECT_EQ(missing.code, 2);
  EXPECT_THAT(missing.err, HasSubstr("cannot read none.jsonl"));
}

}  // namespace
}  // namespace holdfast::conformance
