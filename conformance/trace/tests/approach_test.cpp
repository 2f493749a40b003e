#include "conformance/trace/approach.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/trace/tests/told_steps.h"

namespace holdfast::trace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint64_t kStruck = 3;

Trace Told(const std::string& temporary = "a.1", const std::string& answer = "hello\n") {
  ToldTrace told(1);
  told.Acknowledge(answer);
  told.Create(1, temporary);
  told.Write(1, 0, "bytes").path = temporary;
  told.Add(StepKind::kRename, 1, temporary, "a");
  return told.trace();
}

TEST(Approach, IsALineForEachStep) {
  EXPECT_THAT(
      ApproachTo(Told(), kStruck).steps,
      ElementsAre("answers", HasSubstr("#0  made"), HasSubstr("5 bytes at 0"), "rename #0 -> #1"));
}

TEST(Approach, IsTheSameWhateverTheFilesAreCalledAndHoweverTheStepWasStruck) {
  const Approach recorded = ApproachTo(Told(), kStruck);
  Trace struck = Told("a.2", "hello from elsewhere\n");
  struck.steps[kStruck].result.reset();
  struck.steps[kStruck].done_to_it = "kill";
  EXPECT_EQ(ApproachTo(struck, kStruck), recorded);
  EXPECT_EQ(WhereItParts(recorded, struck, kStruck), std::nullopt);
}

TEST(Approach, PartsWhereTheStepsDo) {
  const Approach recorded = ApproachTo(Told(), kStruck);
  const auto parts = [&](auto change) {
    Trace trace = Told();
    change(trace);
    return WhereItParts(recorded, trace, std::min<std::uint64_t>(kStruck, trace.steps.size()))
        .value_or("");
  };
  EXPECT_THAT(parts([](Trace& t) { t.steps[2].call = "sync"; }), HasSubstr("step 2 was \"write"));
  EXPECT_THAT(parts([](Trace& t) { t.steps[3].to = "a.1"; }),
              HasSubstr("step 3 was \"rename #0 -> #1\" and is \"rename #0 -> #0\""));
  EXPECT_THAT(parts([](Trace& t) { t.steps[1].flags = 7; }), HasSubstr("with other flags"));
  EXPECT_EQ(parts([](Trace& t) { t.steps.resize(2); }),
            "it takes 2 steps and ends, and step 2 was \"" + recorded.steps[2] + "\"");
  EXPECT_EQ(parts([](Trace& t) { t.steps.clear(); }),
            "it takes 0 steps and ends, and step 0 was \"answers\"");
}

TEST(Approach, IsReadBackAsItWasWritten) {
  const Approach recorded = ApproachTo(Told(), kStruck);
  EXPECT_EQ(ApproachFromJson(ApproachToJson(recorded)).value(), recorded);
}

TEST(Approach, SaysWhatIsWrongWithItsJson) {
  Json json = ApproachToJson(ApproachTo(Told(), kStruck));
  json["hash"] = "abc";
  EXPECT_EQ(ApproachFromJson(json).error(), "hash must be 32 hexadecimal digits");
  json.erase("hash");
  EXPECT_FALSE(ApproachFromJson(json).has_value());
  EXPECT_FALSE(ApproachFromJson(7).has_value());
}

}  // namespace
}  // namespace holdfast::trace
