#include "conformance/campaign/option_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::conformance {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Durations, AreDigitsAndAUnit) {
  EXPECT_EQ(ParseDuration("500ms").value(), milliseconds(500));
  EXPECT_EQ(ParseDuration("60s").value(), milliseconds(60'000));
  EXPECT_EQ(ParseDuration("2m").value(), milliseconds(120'000));
  EXPECT_EQ(ParseDuration("1h").value(), milliseconds(3'600'000));
}

TEST(Durations, AreRefusedWithASentenceThatShowsHow) {
  for (const char* text :
       {"", "60", "s", "-5s", "+5s", " 5s", "5 s", "5s ", "1.5s", "5S", "5sec", "0s", "0ms",
        "99999999999999999999s", "18446744073709551615h", "9999h"}) {
    const auto duration = ParseDuration(text);
    ASSERT_FALSE(duration.has_value()) << text;
    EXPECT_THAT(duration.error(), HasSubstr("\"" + std::string(text) + "\"")) << text;
  }
  EXPECT_THAT(ParseDuration("60").error(), HasSubstr("60s"));
}

TEST(Levels, AreNamedWithCommas) {
  EXPECT_THAT(ParseLevels("sequential").value(), ElementsAre(Level::kSequential));
  EXPECT_THAT(ParseLevels("power,files,power").value(), ElementsAre(Level::kFiles, Level::kPower));
  for (const char* text : {"", ",", "sequential,", "Sequential", "sequential, files", "all"}) {
    const auto levels = ParseLevels(text);
    ASSERT_FALSE(levels.has_value()) << text;
    EXPECT_THAT(levels.error(), HasSubstr("there are sequential, files")) << text;
  }
}

TEST(WholeNumbers, AreWithinTheirBounds) {
  EXPECT_EQ(ParseWhole("1", 1, 8).value(), 1U);
  EXPECT_EQ(ParseWhole("8", 1, 8).value(), 8U);
  for (const char* text : {"", "0", "9", "-1", "+1", "1.0", "0x1", "1 ", "eight", "1e0"}) {
    EXPECT_FALSE(ParseWhole(text, 1, 8).has_value()) << text;
  }
}

}  // namespace
}  // namespace holdfast::conformance
