#include "conformance/drill/drill.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/drill/run_drill.h"
#include "conformance/drill/shrink_drill.h"
#include "conformance/drill/tell_drill.h"
#include "conformance/trace/tests/told_steps.h"

namespace holdfast::conformance {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Capabilities Claims() {
  Capabilities claims;
  claims.max_entries = true;
  claims.multi_process = true;
  return claims;
}

trace::Approach SomeApproach() { return {std::string(32, 'a'), {"answers", "openat #0"}}; }

Drill Whole() {
  Drill drill = DrawDrill(1, 1, Claims());
  drill.plan = {{{trace::Place{0, 2, 3}, trace::Kill{}}}};
  drill.recovery_plan = {{{trace::Place{0, 1, 0}, trace::Fail{5, true}}}};
  drill.survivor_plan = {{{std::uint64_t{4}, trace::Kill{}}}};
  drill.approach = SomeApproach();
  drill.recovery_approach = SomeApproach();
  return drill;
}

TEST(Drill, IsDrawnFromSeedAndNumberAlone) {
  EXPECT_EQ(DrawDrill(7, 3, Claims()), DrawDrill(7, 3, Claims()));
  EXPECT_NE(DrawDrill(7, 3, Claims()), DrawDrill(8, 3, Claims()));
  EXPECT_NE(DrawDrill(7, 3, Claims()), DrawDrill(7, 4, Claims()));
}

TEST(Drill, BeginsOnAFreshStoreByTurns) {
  EXPECT_TRUE(DrawDrill(1, 0, Claims()).fill.empty());
  EXPECT_FALSE(DrawDrill(1, 1, Claims()).fill.empty());
  EXPECT_EQ(DrawDrill(1, 2, Claims()).max_entries, 2);
}

TEST(Drill, IsReadBackAsItWasWritten) {
  for (const Drill& drill : {DrawDrill(1, 0, Claims()), Whole()}) {
    EXPECT_EQ(DrillFromJson(DrillToJson(drill)).value(), drill);
  }
}

TEST(Drill, SaysWhatIsWrongWithItsJson) {
  const auto wrong = [](const char* name, Json value) {
    Json json = DrillToJson(Whole());
    json[name] = std::move(value);
    const auto drill = DrillFromJson(json);
    return drill ? "nothing" : drill.error();
  };
  EXPECT_THAT(wrong("max_entries", 0), "program, setup: max_entries is out of its range");
  EXPECT_THAT(wrong("start_ms", "now"), StartsWith("program, setup: "));
  EXPECT_THAT(wrong("fill", {{{"call", "frobnicate"}, {"args", Json::object()}}}),
              StartsWith("program, fill: "));
  EXPECT_THAT(wrong("calls", nullptr), "nothing");
  EXPECT_THAT(wrong("plan", 7), StartsWith("program, plan: this is no plan"));
  EXPECT_THAT(wrong("survivor_plan", Json::array()), StartsWith("program, survivor_plan: "));
  EXPECT_THAT(wrong("approach", {{"hash", "abc"}, {"steps", {"answers"}}}),
              "program, approach: hash must be 32 hexadecimal digits");
  EXPECT_THAT(DrillFromJson(Json::array()).error(), HasSubstr("program, setup"));
}

TEST(Drill, IsCutDownToWhatItTakesToFail) {
  const auto is_needed = [](const Operation& operation) { return operation.id == "entry-1"; };
  Drill drill;
  for (int at = 0; at < 4; ++at) {
    const Operation operation = {OpKind::kRegister, "entry-" + std::to_string(at), at, {}};
    drill.fill.push_back(operation);
    drill.calls.push_back(operation);
  }
  int runs = 0;
  const auto fails = [&](const Drill& candidate) {
    ++runs;
    return std::any_of(candidate.calls.begin(), candidate.calls.end(), is_needed);
  };
  const auto later = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  const Drill smallest = ShrinkDrill(drill, fails, later);
  EXPECT_TRUE(smallest.fill.empty());
  ASSERT_EQ(smallest.calls.size(), 1U);
  EXPECT_TRUE(is_needed(smallest.calls.front()));
  runs = 0;
  EXPECT_EQ(ShrinkDrill(drill, fails, std::chrono::steady_clock::now()), drill);
  EXPECT_EQ(runs, 0);
}

// Refuses to open, and says where.
class Refusing : public Backend {
 public:
  [[nodiscard]] BackendDescription Describe() const override {
    return {{"refusing", "1"}, {"refusing", "1"}, Claims()};
  }
  [[nodiscard]] Expected<std::unique_ptr<OpenStore>, StoreError> Open(const OpenOptions& options,
                                                                      QuarantineListener) override {
    return Unexpected(StoreError{ErrorCode::kIo, Effect::kNone, "",
                                 "no " + options.dir + "/a.json, nor else in " + options.dir});
  }
};

TEST(RunErrand, TellsPathsFromTheStoresDirectory) {
  Refusing backend;
  auto driver = DriverClient::Start({{}, &backend});
  ASSERT_TRUE(driver.has_value()) << driver.error().message;
  DrillClock clock(1, true);
  const SeenProcess seen = RunErrand({"/some/where", 10, {}, false}, *driver, clock);
  ASSERT_TRUE(seen.not_opened.has_value());
  EXPECT_EQ(seen.not_opened->message, "no a.json, nor else in .");
}

trace::Trace Conversation() {
  trace::ToldTrace told(1);
  told.Acknowledge("{\"re\":1,\"ok\":{}}\n{\"event\":\"quarantine\"}\n");
  told.Create(1, "a");
  told.Acknowledge("{\"re\":2,");
  told.Acknowledge("\"ok\":{}}\n");
  told.Acknowledge("no JSON\n");
  return told.trace();
}

TEST(AnswersBefore, CountsCompleteAnswersAndNoEvents) {
  const trace::Trace trace = Conversation();
  EXPECT_EQ(AnswersBefore(trace, 0), 0U);
  EXPECT_EQ(AnswersBefore(trace, 1), 1U);
  EXPECT_EQ(AnswersBefore(trace, 3), 1U);
  EXPECT_EQ(AnswersBefore(trace, 4), 2U);
  EXPECT_EQ(AnswersBefore(trace, 5), 2U);
}

TEST(Approach, IsKeptWhereTheRunThatWasStruckTookIt) {
  trace::Trace struck = Conversation();
  struck.steps.resize(2);
  struck.steps.back().result.reset();
  struck.steps.back().done_to_it = "kill";
  EXPECT_TRUE(HasStruck(struck));
  const auto taken = ApproachTaken(Conversation(), 1, struck);
  ASSERT_TRUE(taken.has_value());
  EXPECT_FALSE(WhyParted(taken, struck).has_value());
  EXPECT_FALSE(ApproachTaken(Conversation(), 2, struck).has_value());
  EXPECT_THAT(WhyParted(trace::ApproachTo(Conversation(), 2), struck).value_or(""),
              HasSubstr("another way than when this was kept"));
  EXPECT_FALSE(WhyParted(std::nullopt, struck).has_value());
}

// A listing of three entries breaks a clause only where two are too many.
TEST(TellDrill, NamesACapThatIsWithinReach) {
  const Failure failure = {{"DUR-2"}, "half a change", 0, "two", "three"};
  Drill drill;
  EXPECT_THAT(TellDrill(failure, drill, {}, {}, {}),
              Not(testing::Contains(HasSubstr("max_entries"))));
  drill.max_entries = 2;
  EXPECT_THAT(TellDrill(failure, drill, {}, {}, {}), testing::Contains("     max_entries 2"));
}

}  // namespace
}  // namespace holdfast::conformance
