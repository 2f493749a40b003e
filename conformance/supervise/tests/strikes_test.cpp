// What a plan does to a run, and how a run ends.
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>

#include "conformance/actor/child_process.h"
#include "conformance/backends/reference/reference_backend.h"
#include "conformance/supervise/tests/supervised.h"
#include "conformance/trace/apply.h"

namespace holdfast::conformance {
namespace {

using trace::StepKind;

std::uint64_t NumberOf(const trace::Trace& trace, StepKind kind, const std::string& call = "") {
  for (const trace::Step& step : trace.steps) {
    if (step.kind == kind && (call.empty() || step.call == call)) return step.number;
  }
  ADD_FAILURE() << "no such step\n" << Listing(trace);
  return 0;
}

class Strikes : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(WhyNotHere(), std::nullopt); }

  // The case "writes": one write, one writev, an acknowledgement and two fsyncs.
  static Finished Writes(const trace::Plan& plan = {}) {
    const Workshop workshop;
    return RunToEnd(workshop, {HOLDFAST_ODD_PROGRAM, "writes"}, plan);
  }
};

TEST_F(Strikes, FailACallOnce) {
  const std::uint64_t k = NumberOf(Writes().trace, StepKind::kSync);
  const Finished run = Writes({{{k, trace::Fail{EIO, false}}}});
  EXPECT_EQ(run.output, "10 whole\nfsync: Input/output error\n");
  EXPECT_EQ(run.trace.steps[k].done_to_it, "fail");
  EXPECT_EQ(run.trace.steps[k].result, -EIO);
}

TEST_F(Strikes, FailEveryLaterCallOfTheKind) {
  const std::uint64_t k = NumberOf(Writes().trace, StepKind::kSync);
  const Finished run = Writes({{{k, trace::Fail{ENOSPC, true}}}});
  EXPECT_EQ(run.output,
            "10 whole\nfsync: No space left on device\nfsync: No space left on device\n");
}

TEST_F(Strikes, FailAStepByItsPlace) {
  const trace::Trace whole = Writes().trace;
  const auto& step = whole.steps[NumberOf(whole, StepKind::kSync)];
  EXPECT_EQ(step.place, (trace::Place{0, 1, 0}));
  const Finished run = Writes({{{step.place, trace::Fail{EIO, false}}}});
  EXPECT_EQ(run.trace.steps[step.number].done_to_it, "fail");
}

TEST_F(Strikes, CutAWriteShort) {
  const std::uint64_t k = NumberOf(Writes().trace, StepKind::kWrite, "write");
  const Finished run = Writes({{{k, trace::Shorten{3}}}});
  EXPECT_EQ(run.output, "10 whole\n");
  EXPECT_EQ(run.trace.steps[k].result, 3);
  EXPECT_EQ(run.trace.steps[k].length, 10);
  EXPECT_EQ(run.trace.steps[k].done_to_it, "short");
  const auto tree = trace::TreeBefore(run.trace.steps.size(), run.start, run.trace);
  EXPECT_EQ(trace::Difference(tree.value(), run.end), std::nullopt);
}

TEST_F(Strikes, CutAVectorShortAndPutItBack) {
  const std::uint64_t k = NumberOf(Writes().trace, StepKind::kWrite, "writev");
  const Finished run = Writes({{{k, trace::Shorten{6}}}});
  EXPECT_EQ(run.output, "6 whole\n");
  const auto tree = trace::TreeBefore(run.trace.steps.size(), run.start, run.trace);
  EXPECT_EQ(trace::Difference(tree.value(), run.end), std::nullopt);
  EXPECT_EQ(tree->nodes.at(1).bytes, "0123456789012345");
}

TEST_F(Strikes, DoNotShortenWhatIsShort) {
  const std::uint64_t k = NumberOf(Writes().trace, StepKind::kWrite, "write");
  const Finished run = Writes({{{k, trace::Shorten{10}}}});
  EXPECT_EQ(run.trace.steps[k].done_to_it, "");
  const std::uint64_t read = NumberOf(run.trace, StepKind::kRead);  // of 100 bytes, of 20 there are
  EXPECT_EQ(Writes({{{read, trace::Shorten{50}}}}).trace.steps[read].done_to_it, "");
  EXPECT_EQ(Writes({{{read, trace::Shorten{15}}}}).trace.steps[read].done_to_it, "short");
}

TEST_F(Strikes, HoldAStepUp) {
  const auto start = std::chrono::steady_clock::now();
  const Finished run = Writes({{{std::uint64_t{1}, trace::Delay{std::chrono::milliseconds(120)}}}});
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(120));
  EXPECT_EQ(run.trace.steps[1].done_to_it, "delay");
  EXPECT_EQ(run.output, "10 whole\n");
}

TEST_F(Strikes, FailTheAcknowledgement) {
  const std::uint64_t k = NumberOf(Writes().trace, StepKind::kAcknowledge);
  const Finished run = Writes({{{k, trace::Fail{EIO, false}}}});
  EXPECT_EQ(run.trace.AcknowledgedBefore(k + 1), 0);
}

TEST_F(Strikes, KillALinkedDriverAsSigkillDoes) {
  const auto backend = MakeReferenceBackend();
  const Workshop workshop;
  const Finished run = Converse(workshop, {{}, backend.get()}, SmallConversation,
                                {{{trace::Place{0, 3, 2}, trace::Kill{}}}});
  EXPECT_NE(run.how.find("killed by SIGKILL"), std::string::npos) << run.how;
  EXPECT_EQ(run.trace.end.how, trace::End::How::kKilled);
  EXPECT_EQ(run.trace.steps.back().place, (trace::Place{0, 3, 2}));
  EXPECT_EQ(run.trace.steps.back().result, std::nullopt);
}

TEST_F(Strikes, PassOnHowADriverEnded) {
  const Workshop workshop;
  const Finished run = RunToEnd(workshop, {HOLDFAST_ODD_PROGRAM, "signal"});
  EXPECT_EQ(run.how, "was killed by SIGTERM");
  EXPECT_EQ(run.trace.end, (trace::End{trace::End::How::kSignaled, SIGTERM}));
  const Workshop other;
  const Finished unknown = RunToEnd(other, {HOLDFAST_ODD_PROGRAM, "no such case"});
  EXPECT_EQ(unknown.how, "exited with status 2");
  EXPECT_EQ(unknown.trace.end, (trace::End{trace::End::How::kExited, 2}));
}

TEST_F(Strikes, LeaveNoChildBehind) {
  const Workshop workshop;
  const Finished run = RunToEnd(workshop, {HOLDFAST_ODD_PROGRAM, "child"});
  EXPECT_EQ(run.how, "exited with status 0");
}

// A process that left its group and session dies with the supervisor all the same.
TEST_F(Strikes, EndEverythingWithTheSupervisor) {
  const Workshop workshop;
  const Supervision supervision({workshop.store(), workshop.root()});
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  auto child = ChildProcess::Start(
      supervision.Of({{HOLDFAST_ODD_PROGRAM, "group", workshop.store()}, nullptr}), deadline);
  ASSERT_TRUE(child.has_value());
  std::string number;
  char byte = 0;
  while (WaitReadable(child->stdout_fd(), deadline) && read(child->stdout_fd(), &byte, 1) == 1 &&
         byte != '\n') {
    number += byte;
  }
  const UniqueFd outcast = OpenPidfd(std::stoi(number));
  ASSERT_TRUE(outcast.open());
  ASSERT_EQ(kill(child->pid(), SIGKILL), 0);
  EXPECT_TRUE(WaitReadable(outcast.get(), deadline));
  child->Kill();
  const auto trace = supervision.TakeTrace();
  ASSERT_TRUE(trace.has_value()) << trace.error();
  EXPECT_EQ(trace->end.how, trace::End::How::kCut);
  EXPECT_EQ(NumberOf(*trace, StepKind::kRename), 3U);
}

TEST_F(Strikes, SayWhereThereIsNoTrace) {
  const Workshop workshop;
  const Supervision supervision({workshop.store(), workshop.root()});
  EXPECT_EQ(supervision.TakeTrace().error(), "the driver was never supervised");
}

}  // namespace
}  // namespace holdfast::conformance
