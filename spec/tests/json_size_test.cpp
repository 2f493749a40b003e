#include "holdfast/spec/json_size.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "spec/tests/json_gen.h"

namespace holdfast {
namespace {

TEST(JsonSize, IsThatOfTheText) {
  EXPECT_TRUE(rc::check("size, beside the text", [] {
    const Json value = *testing_gen::Value();
    RC_ASSERT(CompactBytes(value) == value.dump().size());
  }));
}

TEST(JsonSize, CountsEachByteAsItIsEscaped) {
  for (int c = 0; c < 0x80; ++c) {
    const Json value = std::string(3, static_cast<char>(c));
    EXPECT_EQ(CompactBytes(value), value.dump().size()) << "byte " << c;
  }
}

}  // namespace
}  // namespace holdfast
