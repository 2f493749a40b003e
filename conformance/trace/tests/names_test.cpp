#include "conformance/trace/names.h"

#include <gtest/gtest.h>

#include "conformance/trace/tests/told_steps.h"

namespace holdfast::trace {
namespace {

Trace Told(const std::string& temporary) {
  ToldTrace told(1);
  told.Create(1, temporary);
  told.Add(StepKind::kRename, 1, temporary, "a");
  return told.trace();
}

TEST(Names, AreCarriedAcrossByTheirOrderOfAppearance) {
  const auto names = NamesAcross(Told("a.1"), Told("a.2"));
  EXPECT_EQ(names.at("a.1"), "a.2");
  EXPECT_EQ(names.at("a"), "a");
  Tree tree;
  tree.names = {{"a.1", 1}, {"other", 2}};
  EXPECT_EQ(Renamed(tree, names).names, (std::map<std::string, FileId>{{"a.2", 1}, {"other", 2}}));
}

TEST(Runs, PartWhereTheirStepsDo) {
  EXPECT_EQ(WhereTheyPart(Told("a.1"), Told("a.2")), std::nullopt);
  Trace shorter = Told("a.2");
  shorter.steps.pop_back();
  EXPECT_EQ(WhereTheyPart(Told("a.1"), shorter), std::nullopt);
  Trace other = Told("a.2");
  other.steps[1].to = "a.2";
  EXPECT_TRUE(WhereTheyPart(Told("a.1"), other).value_or("").starts_with("step 1 is {"));
}

}  // namespace
}  // namespace holdfast::trace
