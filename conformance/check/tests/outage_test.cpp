#include "conformance/check/outage.h"

#include <gtest/gtest.h>

namespace holdfast::conformance {
namespace {

LosingState Example(Outage outage, std::size_t operations, std::size_t lost) {
  return {outage,    {"register -> \xFF"}, "at the end", "a was lost", "a", "b",
          "no sync", operations,           lost};
}

OutageRow Row(const std::string& profile, std::optional<LosingState> example) {
  OutageRow row;
  row.profile = profile;
  row.programs = 1;
  row.generated = 20;
  row.states = 10;
  if (example) row.worst = example->outage;
  row.example = std::move(example);
  return row;
}

TEST(Outage, IsNamedAndFoundByItsName) {
  for (const Outage outage :
       {Outage::kHarmless, Outage::kUnusable, Outage::kLoses, Outage::kInvents, Outage::kShuts}) {
    EXPECT_EQ(OutageNamed(OutageName(outage)), outage);
    EXPECT_NE(OutageInWords(outage), "");
  }
  EXPECT_FALSE(OutageNamed("mild").has_value());
}

TEST(OutageRows, AreReadBackAsTheyWereWritten) {
  OutageRow unseen = Row("kill", std::nullopt);
  unseen.not_certifiable = "a is mapped";
  const std::vector<OutageRow> rows = {Row("hostile", Example(Outage::kShuts, 3, 1)), unseen};
  EXPECT_EQ(OutageRowsFromJson(OutageRowsToJson(rows)), rows);
}

TEST(OutageRows, AddUpByProfileAndKeepTheSmallestOfTheWorstExamples) {
  std::vector<OutageRow> rows;
  AddRows(rows, {Row("kill", std::nullopt), Row("hostile", Example(Outage::kLoses, 1, 1))});
  AddRows(rows, {Row("hostile", Example(Outage::kInvents, 4, 2))});
  AddRows(rows, {Row("hostile", Example(Outage::kInvents, 2, 5))});
  AddRows(rows, {Row("hostile", Example(Outage::kInvents, 2, 6))});
  AddRows(rows, {Row("hostile", std::nullopt)});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0], Row("kill", std::nullopt));
  EXPECT_EQ(rows[1].programs, 5U);
  EXPECT_EQ(rows[1].states, 50U);
  EXPECT_EQ(rows[1].worst, Outage::kInvents);
  EXPECT_EQ(rows[1].example, Example(Outage::kInvents, 2, 5));
}

TEST(OutageRows, AreExhaustiveOnlyWhereEveryRunIs) {
  OutageRow row = Row("kill", std::nullopt);
  EXPECT_EQ(HowMany(row), "10 states, exhaustive");
  row.programs = 3;
  row.sampled = 1;
  EXPECT_EQ(HowMany(row), "10 states, 1 of 3 runs sampled");
}

}  // namespace
}  // namespace holdfast::conformance
