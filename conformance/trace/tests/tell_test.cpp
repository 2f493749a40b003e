#include "conformance/trace/tell.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "conformance/trace/tests/told_steps.h"

namespace holdfast::trace {
namespace {

TEST(Tell, SaysWhatAStepDidInOneLine) {
  ToldTrace told(2);
  EXPECT_EQ(TellStep(told.Create(2, "a.tmp")), "    0  open             a.tmp  made, 0600");
  EXPECT_EQ(TellStep(told.Write(2, 7, "x")), "    1  write            .  1 byte at 7");
  EXPECT_EQ(TellStep(told.Add(StepKind::kRename, 2, "a.tmp", "a")),
            "    2  rename           a.tmp  -> a");
  Step& failed = told.Add(StepKind::kSync, 0, "");
  failed.result = -5;
  EXPECT_EQ(TellStep(failed), "    3  sync             .  EIO");
  EXPECT_EQ(TellStep(told.Acknowledge("{}\n")),
            "    4  acknowledge      3 bytes to standard output: the acknowledgement");
  Step& other = told.Add(StepKind::kUnlink, 2, "a");
  other.place.process = 1;
  other.result.reset();
  EXPECT_EQ(TellStep(other), "    5  unlink           a  (process 1)  had not ended");
}

TEST(Tell, SaysWhatWasNotDurable) {
  AcknowledgedSteps acknowledged;
  EXPECT_EQ(TellAudit(acknowledged), "");
  acknowledged.changed_something = true;
  EXPECT_EQ(TellAudit(acknowledged), "durable before it was acknowledged");
  acknowledged.linux_minimal = {{7, "the name a"}, {8, "the content of b"}};
  EXPECT_EQ(TellAudit(acknowledged),
            "durable on ext4; NOT durable by the manual pages: the name a (step 7), the content "
            "of b (step 8)");
  acknowledged.ext4_ordered = acknowledged.linux_minimal;
  EXPECT_EQ(TellAudit(acknowledged), "NOT durable: the name a (step 7), the content of b (step 8)");
}

}  // namespace
}  // namespace holdfast::trace
