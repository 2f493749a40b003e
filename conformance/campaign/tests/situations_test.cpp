// The list of situations, and that no clause falls between it and what the spec calls untested.
#include "conformance/campaign/levels.h"

#include <gtest/gtest.h>

#include <set>

#include "conformance/lint/lint_requests.h"
#include "holdfast/spec/clauses.h"

namespace holdfast::conformance {
namespace {

std::vector<Situation> AllSituations() {
  std::vector<Situation> all;
  for (const Level level : kAllLevels) {
    for (const Situation& situation : SituationsOf(level)) all.push_back(situation);
  }
  return all;
}

std::set<std::string> ClausesOfSituations() {
  std::set<std::string> clauses;
  for (const Situation& situation : AllSituations()) {
    clauses.insert(situation.clauses.begin(), situation.clauses.end());
  }
  return clauses;
}

std::set<std::string> ClausesOfLint() {
  std::set<std::string> clauses;
  for (const LintRequest& request : LintRequests("/tmp")) {
    clauses.insert(request.clauses.begin(), request.clauses.end());
  }
  return clauses;
}

TEST(Situations, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const Situation& situation : AllSituations()) {
    EXPECT_TRUE(names.insert(situation.name).second) << situation.name;
    EXPECT_FALSE(situation.title.empty()) << situation.name;
    EXPECT_GT(situation.floor, 0U) << situation.name;
  }
}

TEST(Situations, AreAboutClausesThatExist) {
  for (const Situation& situation : AllSituations()) {
    EXPECT_FALSE(situation.clauses.empty()) << situation.name;
    for (const std::string_view clause : situation.clauses) {
      EXPECT_NE(FindClause(clause), nullptr) << situation.name << " is about " << clause;
    }
  }
}

TEST(Situations, OrAReasonStandForEveryClauseAndNeverBoth) {
  const std::set<std::string> of_situations = ClausesOfSituations();
  const std::set<std::string> of_lint = ClausesOfLint();
  for (const Clause& clause : AllClauses()) {
    const bool is_checked = of_situations.contains(clause.id) || of_lint.contains(clause.id);
    // A reason that says "in part" stands beside the checks of the other part.
    const bool is_partial = clause.untested.rfind("in part", 0) == 0;
    if (is_checked) {
      EXPECT_TRUE(clause.untested.empty() || is_partial)
          << clause.id << " is checked, and yet called untested: " << clause.untested;
    } else {
      EXPECT_FALSE(clause.untested.empty()) << clause.id << " is neither checked nor untested";
      EXPECT_FALSE(is_partial) << clause.id << " is not checked in any part";
    }
  }
}

bool OnlyWithTtl(const Capabilities& claims) { return claims.ttl; }
bool Always(const Capabilities&) { return true; }

TEST(UnmetSituations, AreThoseThatTheClaimsAllowAndTheFurthestFromItsFloorIsFirst) {
  const std::vector<Situation> situations = {{"met", {}, "", 2, Always},
                                             {"half", {}, "", 20, Always},
                                             {"never", {}, "", 5, Always},
                                             {"third", {}, "", 3, Always},
                                             {"not-claimed", {}, "", 5, OnlyWithTtl}};
  Coverage coverage;
  coverage.Add("met", 2);
  coverage.Add("half", 10);
  coverage.Add("third", 1);
  Capabilities claims;
  claims.ttl = false;
  std::vector<std::string_view> names;
  for (const Situation* situation : UnmetSituations(situations, coverage, claims)) {
    names.push_back(situation->name);
  }
  EXPECT_EQ(names, (std::vector<std::string_view>{"never", "third", "half"}));
}

}  // namespace
}  // namespace holdfast::conformance
