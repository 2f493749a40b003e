#include "conformance/cli/kept_failures.h"

#include <gtest/gtest.h>

namespace holdfast::conformance {
namespace {

TEST(KeptFailure, IsRunSoOftenThatItsRateWouldShow) {
  EXPECT_EQ(RunsToTrust({3, 3}), 3);
  EXPECT_EQ(RunsToTrust({20, 2}), 30);
  EXPECT_EQ(RunsToTrust({20, 15}), 4);
  EXPECT_EQ(RunsToTrust({}), kFewestKeptRuns);
  EXPECT_EQ(RunsToTrust({1, 0}), 30);
}

TEST(KeptFailure, IsRunABoundedNumberOfTimes) {
  EXPECT_EQ(RunsToTrust({20, 0}), 60);
  EXPECT_EQ(RunsToTrust({1'000'000'000, 1}), 200);
}

}  // namespace
}  // namespace holdfast::conformance
