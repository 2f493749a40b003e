#include "conformance/report/expectation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "holdfast/spec/schemas.h"

namespace holdfast::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Expectations, AreReadWithAndWithoutATitle) {
  const auto read = ReadExpectations(R"({"failures":[
      {"level":"sequential","clause":"TTL-2","reason":"ticket 5"},
      {"level":"crash","clause":"DUR-2","title":"half applied","reason":"ticket 6",
       "seldom":true}]})");
  ASSERT_TRUE(read.has_value()) << read.error();
  EXPECT_THAT(*read,
              ElementsAre(Expectation{Level::kSequential, "TTL-2", std::nullopt, "ticket 5"},
                          Expectation{Level::kCrash, "DUR-2", "half applied", "ticket 6", true}));
}

TEST(Expectations, SayWhereTheyAreWrong) {
  const std::string good = R"({"level":"sequential","clause":"TTL-2","reason":"known"})";
  const std::string titled =
      R"({"level":"sequential","clause":"TTL-2","title":"visible","reason":"known"})";
  const struct {
    std::string text;
    const char* complaint;
  } cases[] = {
      {"", "is not JSON"},
      {"[]", "the file: must be an object"},
      {R"({"failure":[]})", "the file: unknown member \"failure\""},
      {R"({"failures":{}})", "a list"},
      {R"({"failures":[1]})", "failures[0]: must be an object"},
      {"{\"failures\":[" + good + "," + good + "]}", "failures[1]: stands there twice"},
      {"{\"failures\":[" + good + "," + titled + "]}", "failures[1]: is covered by failures[0]"},
      {"{\"failures\":[" + titled + "," + good + "]}", "failures[1]: names no title"},
      {"{\"failures\":[" + good + "],\"failures\":[]}", "\"failures\" stands twice"},
      {R"({"failures":[{"level":"sequential","clause":"TTL-2","reason":"x","reason":"y"}]})",
       "\"reason\" stands twice"},
      {R"({"failures":[{"level":"sequential","clause":"TTL-2"}]})", "\"reason\" is missing"},
      {R"({"failures":[{"level":"sequential","clause":"TTL-2","reason":""}]})", "not empty"},
      {R"({"failures":[{"level":"swift","clause":"TTL-2","reason":"x"}]})", "level \"swift\""},
      {R"({"failures":[{"level":"sequential","clause":"TTL-99","reason":"x"}]})", "\"TTL-99\""},
      {R"({"failures":[{"level":"sequential","clause":"TTL-2","reason":"x","why":1}]})",
       "failures[0]: unknown member \"why\""},
      {R"({"failures":[{"level":"sequential","clause":"TTL-2","reason":"x","title":1}]})",
       "\"title\" must be a string"},
      {R"({"failures":[{"level":"sequential","clause":"TTL-2","reason":"x","seldom":"y"}]})",
       "\"seldom\" must be true or false"},
  };
  for (const auto& [text, complaint] : cases) {
    const auto read = ReadExpectations(text);
    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_THAT(read.error(), HasSubstr(complaint)) << text;
  }
}

TEST(Expectations, AreReadWhereTheirSchemaAcceptsThem) {
  const std::string text = R"({"failures":[
    {"level":"sequential","clause":"TTL-2","title":"visible","reason":"known"},
    {"level":"sequential","clause":"TTL-2","title":"lost","reason":"known"},
    {"level":"crash","clause":"TTL-2","reason":"known"}]})";
  EXPECT_TRUE(ReadExpectations(text).has_value());
  EXPECT_TRUE(ValidateAgainst(SchemaName::kExpectations, Json::parse(text)).has_value());
}

TEST(Expectations, MatchTheFirstClauseOfAFailure) {
  const Failure failure{{"TTL-2", "OPS-2"}, "visible", 0, "", ""};
  const Expectation any{Level::kSequential, "TTL-2", std::nullopt, "known"};
  EXPECT_TRUE(Matches(any, Level::kSequential, failure));
  EXPECT_FALSE(Matches(any, Level::kCrash, failure));
  EXPECT_FALSE(
      Matches({Level::kSequential, "OPS-2", std::nullopt, "known"}, Level::kSequential, failure));
  EXPECT_TRUE(
      Matches({Level::kSequential, "TTL-2", "visible", "known"}, Level::kSequential, failure));
  EXPECT_FALSE(
      Matches({Level::kSequential, "TTL-2", "lost", "known"}, Level::kSequential, failure));
}

}  // namespace
}  // namespace holdfast::conformance
