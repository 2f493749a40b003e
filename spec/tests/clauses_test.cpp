#include "holdfast/spec/clauses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "spec/src/clause_chapter.h"

namespace holdfast {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// The last number of each area. Clauses are only ever added at an area's end.
const std::map<std::string, int> kAreas = {{"OPS", 8}, {"INP", 6}, {"REC", 5},  {"TTL", 5},
                                           {"CLK", 3}, {"CAP", 4}, {"FILE", 9}, {"QUA", 7},
                                           {"CON", 5}, {"DUR", 8}, {"ERR", 3},  {"PRO", 19}};

TEST(Clauses, AreThoseOfTheContractEachOnce) {
  std::set<std::string> expected;
  for (const auto& [area, count] : kAreas) {
    for (int number = 1; number <= count; ++number) {
      expected.insert(area + "-" + std::to_string(number));
    }
  }
  std::set<std::string> found;
  for (const Clause& clause : AllClauses()) {
    EXPECT_TRUE(found.insert(clause.id).second) << clause.id << " stands twice";
  }
  EXPECT_EQ(found, expected);
}

TEST(Clauses, HaveATitleARuleAndAReason) {
  for (const Clause& clause : AllClauses()) {
    SCOPED_TRACE(clause.id);
    EXPECT_THAT(clause.title, Not(IsEmpty()));
    EXPECT_THAT(clause.area, Not(IsEmpty()));
    EXPECT_GT(clause.text.size(), 40U);
    EXPECT_GT(clause.why.size(), 40U);
    EXPECT_THAT(clause.text, Not(HasSubstr("*Why:*")));
    EXPECT_THAT(clause.text, Not(HasSubstr("*Untested:*")));
    EXPECT_THAT(clause.why, Not(HasSubstr("*Untested:*")));
  }
}

TEST(Clauses, ReferToClausesThatExist) {
  for (const Clause& clause : AllClauses()) {
    const std::string words = clause.text + " " + clause.why + " " + clause.untested;
    for (std::size_t at = words.find('-'); at != std::string::npos; at = words.find('-', at + 1)) {
      std::size_t begin = at;
      while (begin > 0 && words[begin - 1] >= 'A' && words[begin - 1] <= 'Z') --begin;
      std::size_t end = at + 1;
      while (end < words.size() && words[end] >= '0' && words[end] <= '9') ++end;
      if (!kAreas.contains(words.substr(begin, at - begin)) || end == at + 1) continue;
      const std::string id = words.substr(begin, end - begin);
      EXPECT_NE(FindClause(id), nullptr) << clause.id << " refers to " << id;
    }
  }
}

TEST(Clauses, AreFoundByTheirExactIdOnly) {
  ASSERT_NE(FindClause("TTL-2"), nullptr);
  EXPECT_EQ(FindClause("TTL-2")->area, "time");
  EXPECT_EQ(FindClause("TTL-2")->strength, Strength::kMust);
  EXPECT_THAT(FindClause("TTL-2")->text, HasSubstr("now >= expiresAt"));
  EXPECT_EQ(FindClause("CLK-3")->strength, Strength::kMay);
  EXPECT_EQ(FindClause("DUR-5")->strength, Strength::kShould);
  for (const char* id : {"", "TTL", "TTL-", "TTL-02", "ttl-2", "TTL-99", " TTL-2"}) {
    EXPECT_EQ(FindClause(id), nullptr) << id;
  }
}

TEST(Clauses, HashToTheSameDigitsEachTime) {
  const std::string hash = ClauseSetHash();
  EXPECT_EQ(hash, ClauseSetHash());
  EXPECT_EQ(hash.size(), 16U);
  EXPECT_EQ(hash.find_first_not_of("0123456789abcdef"), std::string::npos);
}

constexpr const char* kGood =
    "# Chapter\n\nWords before.\n\n### ABC-1 · SHOULD · A · title\n\nRule.\n\nMore.\n\n*Why:* "
    "Because\nof this.\n\n*Untested:* For now.\n\n### ABC-2 · MAY · Second\nRule two.\n\n*Why:* "
    "So.\n";

TEST(ClauseChapter, IsReadIntoItsParts) {
  const auto clauses = ParseChapter("area", kGood);
  ASSERT_TRUE(clauses) << clauses.error();
  ASSERT_EQ(clauses->size(), 2U);
  EXPECT_EQ(clauses->at(0), (Clause{"ABC-1", "area", Strength::kShould, "A · title",
                                    "Rule.\n\nMore.", "Because\nof this.", "For now."}));
  EXPECT_EQ(clauses->at(1),
            (Clause{"ABC-2", "area", Strength::kMay, "Second", "Rule two.", "So.", ""}));
}

TEST(ClauseChapter, IsRefusedWhereItsFormIsBroken) {
  const struct {
    const char* markdown;
    const char* complaint;
  } cases[] = {
      {"### TTL-2\n\nRule.\n\n*Why:* So.\n", "is not"},
      {"### TTL-2 · MUST\n\nRule.\n\n*Why:* So.\n", "is not"},
      {"### TTL-2 - MUST - Title\n\nRule.\n\n*Why:* So.\n", "is not"},
      {"### TTL-2 · MIGHT · Title\n\nRule.\n\n*Why:* So.\n", "bad id, strength or title"},
      {"### ttl-2 · MUST · Title\n\nRule.\n\n*Why:* So.\n", "bad id, strength or title"},
      {"### TTL-02 · MUST · Title\n\nRule.\n\n*Why:* So.\n", "bad id, strength or title"},
      {"### TTL2 · MUST · Title\n\nRule.\n\n*Why:* So.\n", "bad id, strength or title"},
      {"### TTL-2 · MUST · Title\n\nRule.\n", "TTL-2 has no rule or no reason"},
      {"### TTL-2 · MUST · Title\n\n*Why:* So.\n", "TTL-2 has no rule or no reason"},
  };
  for (const auto& [markdown, complaint] : cases) {
    const auto clauses = ParseChapter("area", markdown);
    ASSERT_FALSE(clauses) << markdown;
    EXPECT_THAT(clauses.error(), HasSubstr(complaint)) << markdown;
  }
}

}  // namespace
}  // namespace holdfast
