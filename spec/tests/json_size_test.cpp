#include "holdfast/spec/json_size.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "spec/tests/json_gen.h"

namespace holdfast {
namespace {

// Holds each number as NumberByValue() has it.
Json ByValue(Json value) {
  if (value.is_number()) return NumberByValue(value.get<double>());
  if (value.is_structured()) {
    for (Json& member : value) member = ByValue(std::move(member));
  }
  return value;
}

TEST(JsonSize, IsThatOfTheText) {
  EXPECT_TRUE(rc::check("size, beside the text", [] {
    const Json value = *testing_gen::Value();
    RC_ASSERT(CompactBytes(value) == ByValue(value).dump().size());
  }));
}

TEST(JsonSize, CountsANumberByItsValue) {
  for (const char* one : {"1", "1.0", "1e0", "10e-1"}) {
    EXPECT_EQ(CompactBytes(Json::parse(one)), 1U) << one;
  }
  EXPECT_EQ(CompactBytes(Json::parse("[-11.0,0.5]")), std::string("[-11,0.5]").size());
  EXPECT_EQ(CompactBytes(Json::parse("-0.0")), 1U);
  // Beyond the safe integers a number is a double.
  EXPECT_EQ(CompactBytes(Json::parse("9007199254740991")), 16U);
  EXPECT_EQ(CompactBytes(Json::parse("9007199254740993")),
            CompactBytes(Json::parse("9007199254740992.0")));
}

TEST(JsonSize, CountsEachByteAsItIsEscaped) {
  for (int c = 0; c < 0x80; ++c) {
    const Json value = std::string(3, static_cast<char>(c));
    EXPECT_EQ(CompactBytes(value), value.dump().size()) << "byte " << c;
  }
}

}  // namespace
}  // namespace holdfast
