// `holdfast trace`, as a person runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/cli/tests/program_run.h"

namespace holdfast::conformance {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(TraceSteps, ShowsWhatTheReferenceStoreMadeDurable) {
  const TestFolder folder;
  const Ended ended = RunHoldfast({"trace", "--dir", folder.path().string()}, folder.path());
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("register \"a\" {\"n\":2} -> done\n"));
  EXPECT_THAT(ended.out, HasSubstr("lifecycle/trace/store.json\n"));
  EXPECT_THAT(ended.out, HasSubstr("to standard output: the acknowledgement\n"
                                   "       durable before it was acknowledged\n"));
  EXPECT_THAT(ended.out, Not(HasSubstr("NOT")));
  EXPECT_THAT(folder.Names(), IsEmpty()) << "the store is removed again";
}

TEST(TraceSteps, ShowsWhatAPlainFileLeavesToChance) {
  const TestFolder folder;
  const Ended ended =
      RunHoldfast({"trace", "--", "python3",
                   HOLDFAST_SOURCE_DIR "/conformance/backends/python_minimal/driver.py"},
                  folder.path());
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("NOT durable: the content of trace.json (step "));
}

TEST(TraceSteps, IsRefusedForWhatIsNoDriver) {
  const TestFolder folder;
  const Ended ended = RunHoldfast({"trace", "--timeout", "5s", "--", "false"}, folder.path());
  EXPECT_EQ(ended.code, 4);
  EXPECT_THAT(ended.err, HasSubstr("the driver is at fault"));
}

}  // namespace
}  // namespace holdfast::conformance
