// What the suite says of the stores on libraries and servers, in a few seconds each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>

#include "conformance/cli/tests/program_run.h"

namespace holdfast::conformance {
namespace {

std::string Driver(const std::string& name) {
  return HOLDFAST_BINARY_DIR "/conformance/backends/" + name + "/" + name + "_driver";
}

bool IsBuilt(const std::string& name) {
  if (std::filesystem::exists(Driver(name))) return true;
  std::cout << "This test is not run: " << name << "_driver is not built; its manifest.json names"
            << " the packages it needs\n";
  return false;
}

class NativeDrivers : public testing::TestWithParam<const char*> {};

// So short a budget may show too little to pass by, and never a failure that is not expected.
TEST_P(NativeDrivers, KeepWhatTheyClaim) {
  const std::string name = GetParam();
  if (!IsBuilt(name)) return;
  const TestFolder folder;
  const Ended ended = RunHoldfast(
      {"certify", "--level", "sequential,concurrent", "--budget", "2s", "--seed", "1", "--expect",
       HOLDFAST_SOURCE_DIR "/conformance/backends/" + name + "/expectations.json", "--",
       Driver(name)},
      folder.path());
  EXPECT_THAT(ended.code, testing::AnyOf(0, 3)) << ended.out << ended.err;
  EXPECT_THAT(ended.out, testing::Not(testing::HasSubstr("\nFAIL  ")));
  EXPECT_THAT(ended.out, testing::ContainsRegex("sequential +(pass|inconclusive)"));
  EXPECT_THAT(ended.out, testing::ContainsRegex("concurrent +(pass|inconclusive|expected-fail)"));
}

INSTANTIATE_TEST_SUITE_P(Each, NativeDrivers,
                         testing::Values("lmdb", "postgres", "redis", "sqlite", "tdb"),
                         [](const auto& chosen) { return std::string(chosen.param); });

// Ended by the suite with the last driver, they have taken away their sockets.
TEST(Servers, LeaveNothingInTheTemporaryFolder) {
  if (!IsBuilt("redis")) return;
  const TestFolder folder;
  const TestFolder temporary;
  setenv("TMPDIR", temporary.path().c_str(), 1);
  const Ended ended = RunHoldfast(
      {"certify", "--level", "sequential", "--budget", "1s", "--", Driver("redis")}, folder.path());
  unsetenv("TMPDIR");
  EXPECT_THAT(ended.out, testing::ContainsRegex("sequential +(pass|inconclusive)")) << ended.err;
  EXPECT_THAT(temporary.Names(), testing::IsEmpty());
}

// Most races show it at once; the budget is for a machine that is busy.
TEST(NaiveTwins, AreCaughtConsumingTwice) {
  if (!IsBuilt("sqlite")) return;
  const TestFolder folder;
  const Ended ended =
      RunHoldfast({"certify", "--level", "concurrent", "--until", "OPS-3", "--uncut", "--budget",
                   "60s", "--seed", "1", "--", Driver("sqlite"), "--naive"},
                  folder.path());
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_THAT(ended.out, testing::HasSubstr("FAIL  OPS-3"));
}

}  // namespace
}  // namespace holdfast::conformance
