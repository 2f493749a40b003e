#include "conformance/trace/plan.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace holdfast::trace {
namespace {

Plan OneOfEach() {
  return {{{std::uint64_t{12}, Kill{}},
           {Place{1, 2, 3}, Fail{ENOSPC, true}},
           {Place{0, 2, 3}, Fail{EIO, false}},
           {std::uint64_t{0}, Shorten{100}},
           {Place{0, 0, 0}, Delay{std::chrono::milliseconds(5)}}}};
}

TEST(Plan, ComesBackFromItsJson) {
  EXPECT_EQ(PlanFromJson(PlanToJson(OneOfEach())).value(), OneOfEach());
  EXPECT_EQ(PlanFromJson(Json::parse(PlanToJson(OneOfEach()).dump())).value(), OneOfEach());
}

TEST(Plan, SaysWhatIsWrongWithItsJson) {
  const auto wrong = [](const char* text) {
    const auto plan = PlanFromJson(Json::parse(text));
    return plan ? std::string("nothing") : plan.error();
  };
  EXPECT_TRUE(wrong("{}").starts_with("this is no plan: "));
  EXPECT_TRUE(wrong(R"({"actions":[{"do":"kill"}]})").starts_with("this is no plan: "));
  EXPECT_EQ(wrong(R"({"actions":[{"do":"fly","at":{"step":1}}]})"),
            "nothing is known of \"fly\"; there are kill, fail, short and delay");
  EXPECT_EQ(wrong(R"({"actions":[{"do":"fail","errno":"EWHAT","sticky":false}]})"),
            "there is no errno EWHAT");
  EXPECT_EQ(wrong(R"({"actions":[{"do":"short","bytes":0}]})"),
            "a short step moves at least one byte");
}

TEST(Plan, IsSaidInWords) {
  std::string words;
  for (const Action& action : OneOfEach().actions) words += ActionToWords(action) + "\n";
  EXPECT_EQ(words, "12 kill\n1:2:3 fail 28 sticky\n0:2:3 fail 5\n0 short 100\n0:0:0 delay 5\n");
}

TEST(Errno, IsReadByNameAndByNumber) {
  EXPECT_EQ(ErrnoOf("ENOSPC"), ENOSPC);
  EXPECT_EQ(ErrnoOf("28"), 28);
  EXPECT_EQ(ErrnoOf("0"), std::nullopt);
  EXPECT_EQ(ErrnoOf("28x"), std::nullopt);
  EXPECT_EQ(ErrnoName(28), "ENOSPC");
  EXPECT_EQ(ErrnoName(4000), "4000");
}

}  // namespace
}  // namespace holdfast::trace
