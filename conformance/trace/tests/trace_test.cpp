#include "conformance/trace/trace.h"

#include <gtest/gtest.h>

#include "conformance/trace/tests/told_steps.h"

namespace holdfast::trace {
namespace {

Trace Told(const std::string& temporary = "a.tmp") {
  ToldTrace told(2);
  Step& opened = told.Create(2, temporary);
  opened.flags = 0101;
  told.Write(2, 4096, "bytes").through = WriteThrough::kData;
  Step& renamed = told.Add(StepKind::kRename, 2, temporary, "odd \xFF\xC3\xBC \" name");
  renamed.result.reset();
  renamed.is_mapped = true;
  told.Acknowledge("{}\n");
  Step& failed = told.Add(StepKind::kSync, 2, "a");
  failed.result = -5;
  failed.done_to_it = "fail";
  return told.trace();
}

TEST(Trace, ComesBackFromItsLines) {
  const Trace trace = Told();
  EXPECT_EQ(FromJsonLines(ToJsonLines(trace), trace.data).value(), trace);
  for (const auto how : {End::How::kCut, End::How::kKilled, End::How::kSignaled}) {
    Trace other = trace;
    other.end = {how, how == End::How::kCut ? 0 : 9};
    EXPECT_EQ(FromJsonLines(ToJsonLines(other), other.data).value(), other);
  }
}

TEST(Trace, KnowsEveryKindByItsName) {
  for (int number = 0; number <= static_cast<int>(StepKind::kUnsupported); ++number) {
    const auto kind = static_cast<StepKind>(number);
    EXPECT_EQ(StepKindOf(StepKindName(kind)), kind);
  }
  EXPECT_EQ(StepKindOf("teleport"), std::nullopt);
  std::string lines = ToJsonLines(Told());
  lines.replace(lines.find("\"kind\":\"rename\""), 15, "\"kind\":\"shuffle\"");
  const Trace read = FromJsonLines(lines, Told().data).value();
  EXPECT_EQ(read.steps[2].kind, StepKind::kUnsupported);
}

TEST(Trace, ReadsTheStepsOfARunThatWasCutOff) {
  std::string lines = ToJsonLines(Told());
  lines.resize(lines.find("\"acknowledge\""));
  const Trace read = FromJsonLines(lines, Told().data).value();
  EXPECT_EQ(read.end.how, End::How::kCut);
  EXPECT_EQ(read.steps.size(), 3U);
}

TEST(Trace, PutsAStepThatWaitedWhereItBegan) {
  const Trace trace = Told();
  std::string lines;
  for (const std::size_t at : {1, 0, 4, 2, 3}) lines += StepToJsonLine(trace.steps[at]);
  const std::string whole = ToJsonLines(trace);
  const std::size_t first = whole.find('\n') + 1;
  const std::size_t last = whole.rfind('\n', whole.size() - 2) + 1;
  EXPECT_EQ(FromJsonLines(whole.substr(0, first) + lines + whole.substr(last), trace.data).value(),
            trace);
}

TEST(Trace, SaysWhatIsWrongWithItsLines) {
  const auto wrong = [](const std::string& lines, const std::string& data = "") {
    return FromJsonLines(lines, data).error();
  };
  const std::string first = "{\"trace\":1,\"files\":1,\"data\":true}\n";
  EXPECT_EQ(wrong(""), "the trace is empty");
  EXPECT_EQ(wrong("{\"trace\":2}\n"),
            "line 1 of the trace is not the first line of a trace of format 1");
  EXPECT_TRUE(wrong(first + "{}\n").starts_with("line 2 of the trace cannot be read: "));
  EXPECT_EQ(wrong(first + "{\"trouble\":\"lost a thread\"}\n"),
            "line 2 of the trace tells of trouble: lost a thread");
  EXPECT_EQ(wrong(ToJsonLines(Told()), "byte"), "the data of step 1 is missing");
  Trace gap = Told();
  gap.steps[2].number = 9;
  EXPECT_EQ(wrong(ToJsonLines(gap), gap.data), "step 2 is missing or there twice");
}

TEST(Trace, CountsTheLinesAcknowledgedBeforeAStep) {
  Trace trace = Told();
  EXPECT_EQ(trace.AcknowledgedBefore(3), 0);
  EXPECT_EQ(trace.AcknowledgedBefore(4), 1);
  trace.steps.pop_back();
  EXPECT_EQ(trace.AcknowledgedBefore(4), 1);
}

TEST(ShapeHash, ForgetsOnlyHowFilesAreCalledAndWhatIsWritten) {
  const std::string hash = ShapeHash(Told());
  EXPECT_EQ(ShapeHash(Told("a.4711")), hash);
  const auto changed = [](auto change) {
    Trace trace = Told();
    change(trace);
    return ShapeHash(trace);
  };
  EXPECT_EQ(changed([](Trace& t) { t.data[1] = '?'; }), hash);
  EXPECT_NE(changed([](Trace& t) { t.steps[2].path = "another"; }), hash);
  EXPECT_NE(changed([](Trace& t) { t.steps[1].offset = 1; }), hash);
  EXPECT_NE(changed([](Trace& t) { t.steps[4].result = -28; }), hash);
  EXPECT_NE(changed([](Trace& t) { t.steps.pop_back(); }), hash);
  EXPECT_NE(changed([](Trace& t) { t.end.status = 1; }), hash);
}

}  // namespace
}  // namespace holdfast::trace
