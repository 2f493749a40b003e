// Calls that few stores make: each is followed, or it is said that it is not.
#include <gtest/gtest.h>

#include "conformance/supervise/tests/supervised.h"
#include "conformance/trace/apply.h"

namespace holdfast::conformance {
namespace {

using trace::StepKind;

Finished Odd(const Workshop& workshop, const std::string& name, const trace::Plan& plan = {}) {
  return RunToEnd(workshop, {HOLDFAST_ODD_PROGRAM, name}, plan);
}

// The steps taken so far give the directory as it is.
void ExpectRebuilt(const Finished& run) {
  const bool was_killed = run.trace.end.how == trace::End::How::kKilled;
  const auto rebuilt =
      trace::TreeBefore(run.trace.steps.size() - (was_killed ? 1 : 0), run.start, run.trace);
  ASSERT_TRUE(rebuilt.has_value()) << rebuilt.error() << "\n" << Listing(run.trace);
  const auto mapped = trace::MappedPaths(*rebuilt);
  const auto is_mapped = [&](const std::string& path) {
    return std::find(mapped.begin(), mapped.end(), path) != mapped.end();
  };
  EXPECT_EQ(trace::Difference(*rebuilt, run.end, is_mapped), std::nullopt) << Listing(run.trace);
}

const trace::Step* StepOfCall(const trace::Trace& trace, const std::string& call) {
  for (const trace::Step& step : trace.steps) {
    if (step.call == call) return &step;
  }
  return nullptr;
}

class FollowedCalls : public testing::TestWithParam<const char*> {};

TEST_P(FollowedCalls, AreRebuiltAtTheEndAndAtEveryKill) {
  ASSERT_EQ(WhyNotHere(), std::nullopt);
  const Workshop workshop;
  const Finished whole = Odd(workshop, GetParam());
  ASSERT_EQ(whole.how, "exited with status 0") << whole.errors;
  ASSERT_FALSE(whole.trace.steps.empty());
  ExpectRebuilt(whole);
  for (std::uint64_t k = 0; k < whole.trace.steps.size() && !HasFailure(); ++k) {
    SCOPED_TRACE("kill at step " + std::to_string(k));
    const Workshop other;
    const Finished killed = Odd(other, GetParam(), {{{k, trace::Kill{}}}});
    // Where processes race, another run may take fewer steps and end before it comes to k.
    const bool came_to_k = killed.trace.steps.size() > k;
    EXPECT_EQ(killed.how, came_to_k ? "was killed by SIGKILL" : "exited with status 0");
    ExpectRebuilt(killed);
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, FollowedCalls,
                         testing::Values("unnamed", "elsewhere", "allocations", "exchange",
                                         "offsets", "vectors", "appending", "nameless", "paths",
                                         "modes", "durability", "mapping", "mprotect", "threads",
                                         "forks", "spawns", "exec", "locks", "sent", "stop"),
                         [](const auto& given) { return std::string(given.param); });

TEST(UnfollowedCalls, AreReportedAsUnsupported) {
  ASSERT_EQ(WhyNotHere(), std::nullopt);
  const struct {
    const char* name;
    const char* call;
  } cases[] = {{"attributes", "setxattr"}, {"border", "rename"}, {"socket", "bind"}};
  for (const auto& each : cases) {
    SCOPED_TRACE(each.name);
    const Workshop workshop;
    const Finished run = Odd(workshop, each.name);
    const trace::Step* step = StepOfCall(run.trace, each.call);
    ASSERT_NE(step, nullptr) << Listing(run.trace);
    EXPECT_EQ(step->kind, StepKind::kUnsupported);
    if (!step->Succeeded()) continue;  // a file system without attributes
    const auto tree = trace::TreeBefore(run.trace.steps.size(), run.start, run.trace);
    ASSERT_FALSE(tree.has_value());
    EXPECT_NE(tree.error().find("is not followed"), std::string::npos);
  }
}

TEST(RefusedCalls, FailAsIfTheKernelHadNone) {
  ASSERT_EQ(WhyNotHere(), std::nullopt);
  const Workshop workshop;
  EXPECT_EQ(Odd(workshop, "rings").output, "-1 -1 Function not implemented\n");
}

TEST(MappedFiles, AreFlagged) {
  ASSERT_EQ(WhyNotHere(), std::nullopt);
  for (const char* name : {"mapping", "mprotect"}) {
    const Workshop workshop;
    const Finished run = Odd(workshop, name);
    const auto tree = trace::TreeBefore(run.trace.steps.size(), run.start, run.trace);
    EXPECT_EQ(trace::MappedPaths(tree.value()), std::vector<std::string>{"a"}) << name;
  }
}

TEST(WrittenThrough, IsToldOfDescriptorsAndOfSingleWrites) {
  ASSERT_EQ(WhyNotHere(), std::nullopt);
  const Workshop first;
  EXPECT_EQ(StepOfCall(Odd(first, "durability").trace, "write")->through,
            trace::WriteThrough::kFull);
  const Workshop second;
  EXPECT_EQ(StepOfCall(Odd(second, "vectors").trace, "pwritev2")->through,
            trace::WriteThrough::kFull);
  const Workshop third;
  const Finished appending = Odd(third, "appending");
  EXPECT_EQ(appending.trace.steps.back().through, trace::WriteThrough::kData);
}

}  // namespace
}  // namespace holdfast::conformance
