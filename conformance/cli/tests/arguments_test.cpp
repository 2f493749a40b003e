#include "conformance/cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::conformance {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(CommandLine, IsCutAtTheFirstDoubleDash) {
  const CutArguments none = CutAtCommand({"certify", "--seed", "1"});
  EXPECT_FALSE(none.has_command);
  EXPECT_THAT(none.own, ElementsAre("certify", "--seed", "1"));
  const CutArguments cut = CutAtCommand({"certify", "--", "driver", "--", "--help"});
  EXPECT_TRUE(cut.has_command);
  EXPECT_THAT(cut.own, ElementsAre("certify"));
  EXPECT_THAT(cut.command, ElementsAre("driver", "--", "--help"));
  const CutArguments empty = CutAtCommand({"certify", "--"});
  EXPECT_TRUE(empty.has_command);
  EXPECT_THAT(empty.command, IsEmpty());
}

TEST(NearestWords, AreThoseSpeltMostAlike) {
  const std::vector<std::string> ids = {"OPS-1", "TTL-1", "TTL-2", "CAP-1"};
  EXPECT_EQ(NearestTo("ttl2", ids, 1).front(), "TTL-2");
  EXPECT_EQ(NearestTo("CAP1", ids, 2).front(), "CAP-1");
  EXPECT_EQ(NearestTo("", ids, 9).size(), 4U);
  EXPECT_THAT(NearestTo("x", {}, 3), IsEmpty());
}

}  // namespace
}  // namespace holdfast::conformance
