#include "conformance/drill/drill.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

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

TEST(Drill, FillsTheStoreWithManySmallOverwritesOneTimeInFour) {
  std::set<std::size_t> lengths;
  for (std::uint64_t number = 0; number < 80; ++number) {
    const Drill drill = DrawDrill(1, number, Claims());
    EXPECT_LE(drill.calls.size(), 4U);
    if (number % 4 != 3) {
      EXPECT_LT(drill.fill.size(), kLongFill);
      continue;
    }
    EXPECT_GE(drill.fill.size(), kLongFill);
    EXPECT_LE(drill.fill.size(), 160U);
    lengths.insert(drill.fill.size());
    std::set<std::string> ids;
    for (const Operation& operation : drill.fill) {
      EXPECT_EQ(operation.kind, OpKind::kRegister);
      EXPECT_LE(operation.record.dump().size(), 16U);
      ids.insert(operation.id);
    }
    EXPECT_LE(ids.size(), 4U);
  }
  EXPECT_GT(lengths.size(), 10U);
}

TEST(Drill, IsReadBackAsItWasWritten) {
  for (const Drill& drill : {DrawDrill(1, 0, Claims()), DrawDrill(1, 3, Claims()), Whole()}) {
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

std::vector<Operation> Registers(int count, int ids) {
  std::vector<Operation> registers;
  for (int at = 0; at < count; ++at) {
    registers.push_back({OpKind::kRegister, "entry-" + std::to_string(at % ids), at, {}});
  }
  return registers;
}

// What a store does every 41 writes takes 41, and not a run for each of them.
TEST(Drill, IsCutDownInFewRunsWhereItsFillIsLong) {
  Drill drill;
  drill.fill = Registers(160, 3);
  int runs = 0;
  const auto later = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  const auto takes = [&](std::size_t length) {
    runs = 0;
    const auto fails = [&](const Drill& candidate) {
      ++runs;
      return candidate.fill.size() >= length;
    };
    return ShrinkDrill(drill, fails, later).fill.size();
  };
  EXPECT_LT(takes(41), 41U + 41U / 16 + 1);
  EXPECT_LT(runs, 80);
  EXPECT_EQ(takes(1), 1U);
  EXPECT_EQ(takes(0), 0U);
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

std::vector<DrillCall> Seen(const std::vector<Operation>& operations) {
  std::vector<DrillCall> calls;
  for (const Operation& operation : operations) calls.push_back({operation, 1, 1, Result(Done{})});
  return calls;
}

TEST(TellDrill, TellsManyRegistersThatAreOverwrittenInOneLine) {
  EXPECT_THAT(TellCalls(Seen(Registers(88, 3))),
              testing::ElementsAre(
                  "85 registers of what the next 3 overwrite", "register \"entry-1\" 85 -> done",
                  "register \"entry-2\" 86 -> done", "register \"entry-0\" 87 -> done"));
  EXPECT_THAT(TellCalls(Seen(Registers(5, 2))), testing::SizeIs(5));
}

// What was cut off, or stands between two runs of registers, is told as it came.
TEST(TellDrill, TellsACallThatIsNoRegisterInItsPlace) {
  std::vector<DrillCall> calls = Seen(Registers(9, 1));
  calls[2].operation = {OpKind::kClear, "", nullptr, {}};
  calls[8].result.reset();
  EXPECT_THAT(TellCalls(calls),
              testing::ElementsAre(
                  "register \"entry-0\" 0 -> done", "register \"entry-0\" 1 -> done",
                  "clear -> done", "4 registers of what the next 1 overwrite",
                  "register \"entry-0\" 7 -> done", "register \"entry-0\" 8 -> no answer"));
}

}  // namespace
}  // namespace holdfast::conformance
