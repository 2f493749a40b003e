#include "conformance/report/replay_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/program/generate.h"
#include "conformance/report/tests/samples.h"
#include "holdfast/spec/ill_formed_json.h"
#include "holdfast/spec/schemas.h"

namespace holdfast::conformance {
namespace {

using testing::HasSubstr;

ReplayFile SampleReplay() {
  const FoundFailure found = SampleFailure();
  return {Level::kSequential,
          "shop",
          {"python3", "a driver.py"},
          SampleDescription().capabilities,
          7,
          found.number,
          found.program,
          found.failure,
          found.rate,
          found.story,
          ""};
}

void ExpectSame(const ReplayFile& read, const ReplayFile& written) {
  EXPECT_EQ(read.level, written.level);
  EXPECT_EQ(read.backend, written.backend);
  EXPECT_EQ(read.command, written.command);
  EXPECT_EQ(read.capabilities, written.capabilities);
  EXPECT_EQ(read.seed, written.seed);
  EXPECT_EQ(read.number, written.number);
  EXPECT_EQ(read.program, written.program);
  EXPECT_EQ(read.story, written.story);
  EXPECT_EQ(read.history, written.history);
  EXPECT_EQ(read.failure.clauses, written.failure.clauses);
  EXPECT_EQ(read.failure.title, written.failure.title);
  EXPECT_EQ(read.failure.step, written.failure.step);
  EXPECT_EQ(read.failure.expected, written.failure.expected);
  EXPECT_EQ(read.failure.got, written.failure.got);
  EXPECT_EQ(read.rate.runs, written.rate.runs);
  EXPECT_EQ(read.rate.failed, written.rate.failed);
}

TEST(ReplayFile, ComesBackAsItWasWritten) {
  ReplayFile replay = SampleReplay();
  for (std::uint64_t number = 0; number < 200; ++number) {
    replay.program = ProgramToJson(GenerateProgram(3, number, replay.capabilities));
    const std::string text = WriteReplay(replay);
    const auto read = ReadReplay(text);
    ASSERT_TRUE(read.has_value()) << read.error() << "\n" << text;
    ExpectSame(*read, replay);
  }
}

TEST(ReplayFile, ComesBackForALinkedBackend) {
  ReplayFile replay = SampleReplay();
  replay.command.clear();
  const auto read = ReadReplay(WriteReplay(replay));
  ASSERT_TRUE(read.has_value()) << read.error();
  ExpectSame(*read, replay);
}

TEST(ReplayFile, IsWrittenWhateverBytesAStoryHolds) {
  ReplayFile replay = SampleReplay();
  replay.failure.got = "\xFF\xFE \x01";
  const auto read = ReadReplay(WriteReplay(replay));
  ASSERT_TRUE(read.has_value()) << read.error();
  EXPECT_EQ(read->failure.title, replay.failure.title);
}

TEST(ReplayFile, KeepsItsSchemaAndALineForEachStep) {
  const std::string text = WriteReplay(SampleReplay());
  const auto json = ParseIllFormed(text);
  ASSERT_TRUE(json.has_value());
  const auto valid = ValidateAgainst(SchemaName::kReplay, *json);
  EXPECT_TRUE(valid.has_value()) << valid.error();
  EXPECT_THAT(text, HasSubstr("\n      {\"advance_ms\":50},\n"));
}

TEST(ReplayFile, SaysWhatIsWrongWithIt) {
  const std::string good = WriteReplay(SampleReplay());
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  };
  const struct {
    std::string text;
    const char* complaint;
  } cases[] = {
      {"", "not JSON"},
      {"[1]", "no replay file"},
      {"{}", "no member \"format\""},
      {with("\"format\": 1", "\"format\": 2"), "format 2"},
      {with("\"seed\": 7", "\"seed\": \"7\""), "seed"},
      {with("\"level\": \"sequential\"", "\"level\": \"swift\""), "level"},
      {with("\"advance_ms\":50", "\"advance\":50"), "step 1"},
      {with("\"clauses\"", "\"clause\""), "clauses"},
      {with("[\"TTL-2\",\"OPS-2\"]", "[]"), "clauses"},
      {with("\"clock\":\"virtual\"", "\"clock\":\"sundial\""), "clock"},
      {with("[\"python3\",\"a driver.py\"]", "[]"), "command"},
      {with("\"runs\"", "\"ran\""), "runs"},
      {with("\"level\": \"sequential\"", "\"level\": \"power\""), "program, setup"},
      {with("\"seed\": 7", "\"seed\": -7"), "seed"},
      {with("\"seed\": 7", "\"seed\": 18446744073709551615"), "seed"},
      {with("\"number\": 17", "\"number\": -1"), "number"},
      {with("\"step\":2", "\"step\":-1"), "step"},
      {with("\"step\":2", "\"step\":0.5"), "step"},
      {with("{\"advance_ms\":50}", "{\"restart\":-1}"), "step 1: restart must be a whole number"},
      {with("{\"advance_ms\":50}", "{\"restart\":18446744073709551616}"), "step 1"},
      {with("{\"advance_ms\":50}", "{\"damage\":\"empty\",\"seed\":-1}"), "step 1"},
      {with("{\"advance_ms\":50}", "{\"damage\":\"empty\",\"seed\":0.5}"), "step 1"},
      {with("\"advance_ms\":50", "\"advance_ms\":0.5"), "step 1"},
      {with("\"max_entries\":3", "\"max_entries\":1.5"), "max_entries"},
      {with("\"steps\": [", "\"steps\": [], \"were\": ["), "nothing to replay"},
      {with("\"steps\": [", "\"steps\": {}, \"were\": ["), "\"steps\" must be a list"},
      {with("\"advance_ms\":50", "\"open\":\"" + std::string(17U << 20U, 'n') + "\""),
       "step 1: it is larger than a request can be"},
      {std::string(20'000, '[') + std::string(20'000, ']'), "nests deeper"},
  };
  for (const auto& [text, complaint] : cases) {
    const auto read = ReadReplay(text);
    ASSERT_FALSE(read.has_value()) << complaint;
    EXPECT_THAT(read.error(), HasSubstr(complaint));
  }
}

TEST(ReplayFile, HasOneNameForOneFailure) {
  const ReplayFile replay = SampleReplay();
  ReplayFile again = replay;
  again.rate.failed = 1;
  again.seed = 8;
  EXPECT_EQ(ReplayFileName(replay), ReplayFileName(again));
  EXPECT_THAT(ReplayFileName(replay), testing::MatchesRegex("shop-TTL-2-[0-9a-f]+.replay.json"));
  again.program["steps"].erase(0);
  EXPECT_NE(ReplayFileName(replay), ReplayFileName(again));
  again.backend = "../../etc/passwd";
  EXPECT_EQ(ReplayFileName(again).find('/'), std::string::npos);
}

}  // namespace
}  // namespace holdfast::conformance
