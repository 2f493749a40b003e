#include "conformance/report/clause_rows.h"

#include <algorithm>

#include "conformance/campaign/levels.h"
#include "conformance/report/plain_text.h"
#include "holdfast/spec/clauses.h"

namespace holdfast::conformance {
namespace {

bool IsAbout(const Situation& situation, std::string_view clause) {
  return std::find(situation.clauses.begin(), situation.clauses.end(), clause) !=
         situation.clauses.end();
}

bool IsLaidTo(const FailureRow& failure, std::string_view clause) {
  const auto& clauses = failure.found.failure.clauses;
  return !clauses.empty() && clauses.front() == clause;
}

bool Names(const FailureRow& failure, std::string_view clause) {
  const auto& clauses = failure.found.failure.clauses;
  return std::find(clauses.begin(), clauses.end(), clause) != clauses.end();
}

// The level that a clause's text names as its judge: the first word in backticks that is a level.
std::optional<Level> LevelNamedIn(std::string_view text) {
  std::optional<Level> first;
  std::size_t first_at = text.size();
  for (const Level level : kAllLevels) {
    const std::size_t at = text.find("`" + std::string(LevelName(level)) + "`");
    if (at < first_at) {
      first = level;
      first_at = at;
    }
  }
  return first;
}

// One clause in one level.
class ClauseInLevel {
 public:
  ClauseInLevel(const RunResults& results, const Clause& clause, const LevelRow& level,
                const std::vector<FailureRow>& failures)
      : results_(results), clause_(clause), level_(level), failures_(failures) {
    for (const Situation& situation : SituationsOf(level.level)) {
      if (IsAbout(situation, clause.id)) situations_.push_back(situation);
    }
    for (const LevelReport& report : results.reports) {
      if (report.level == level.level) report_ = &report;
    }
  }

  // Whether the level says anything about the clause at all.
  [[nodiscard]] bool Exists() const {
    return !situations_.empty() || FirstFailure(IsLaidTo) != nullptr;
  }

  [[nodiscard]] ClauseRow Row() const {
    ClauseRow row{clause_.id, clause_.title, level_.level, ClauseVerdict::kPass, ""};
    Judge(row);
    return row;
  }

 private:
  // The first that was not expected, or else the first.
  template <typename Relation>
  [[nodiscard]] const FailureRow* FirstFailure(Relation is_related) const {
    const FailureRow* first = nullptr;
    for (const FailureRow& failure : failures_) {
      if (failure.level != level_.level || !is_related(failure, clause_.id)) continue;
      if (first == nullptr || (first->expected && !failure.expected)) first = &failure;
    }
    return first;
  }

  [[nodiscard]] std::vector<Situation> Claimed() const {
    std::vector<Situation> claimed;
    std::copy_if(situations_.begin(), situations_.end(), std::back_inserter(claimed),
                 [&](const Situation& situation) {
                   return situation.claimed(results_.description.capabilities);
                 });
    return claimed;
  }

  static void Set(ClauseRow& row, ClauseVerdict verdict, std::string reason) {
    row.verdict = verdict;
    row.reason = std::move(reason);
  }

  void Judge(ClauseRow& row) const {
    if (const FailureRow* failure = FirstFailure(IsLaidTo)) {
      return Set(
          row, ClauseVerdict::kFail,
          failure->expected ? "expected: " + *failure->expected : failure->found.failure.title);
    }
    if (results_.hello_fault) return Set(row, ClauseVerdict::kNotRun, std::string(kNoHello));
    if (Claimed().empty()) {
      std::vector<std::string> titles;
      for (const Situation& situation : situations_) titles.emplace_back(situation.title);
      return Set(row, ClauseVerdict::kNotClaimed, "the claims leave out: " + Joined(titles, "; "));
    }
    if (report_ != nullptr && report_->verdict == Verdict::kNotClaimed) {
      return Set(row, ClauseVerdict::kNotClaimed, level_.reason);
    }
    if (report_ == nullptr || report_->verdict == Verdict::kNotRun) {
      return Set(row, ClauseVerdict::kNotRun, level_.reason);
    }
    if (report_->fault) {
      return Set(row, ClauseVerdict::kInconclusive,
                 "the driver was at fault before the level was done");
    }
    if (const FailureRow* failure = FirstFailure(Names)) {
      return Set(row, ClauseVerdict::kInconclusive,
                 "a failure laid to " + failure->found.failure.clauses.front() +
                     " may be this clause's: " + failure->found.failure.title);
    }
    JudgeCoverage(row);
  }

  // What was met too rarely is inconclusive, or was not run where there is a reason for that.
  void JudgeCoverage(ClauseRow& row) const {
    std::vector<std::string> not_run;
    for (const Situation& situation : Claimed()) {
      if (report_->coverage.Hits(situation.name) >= situation.floor) continue;
      const auto why = report_->not_arranged.find(std::string(situation.name));
      if (why == report_->not_arranged.end()) {
        return Set(row, ClauseVerdict::kInconclusive, TellCount(situation, *report_));
      }
      not_run.push_back(std::string(situation.title) + " (" + why->second + ")");
    }
    row.reason = clause_.untested;
    if (not_run.empty()) return;
    const bool is_all = not_run.size() == Claimed().size();
    row.verdict = is_all ? ClauseVerdict::kNotRun : ClauseVerdict::kPass;
    row.reason += (row.reason.empty() ? "not run: " : "; not run: ") + Joined(not_run, "; ");
  }

  const RunResults& results_;
  const Clause& clause_;
  const LevelRow& level_;
  const std::vector<FailureRow>& failures_;
  std::vector<Situation> situations_;
  const LevelReport* report_ = nullptr;
};

// Of a clause that no situation is about.
ClauseRow Unjudged(const Clause& clause) {
  std::string reason = clause.untested;
  if (reason.empty() && clause.area == "protocol") {
    reason = "it judges the driver, as `holdfast lint-driver` does";
  } else if (reason.empty() && clause.strength == Strength::kMay) {
    reason = "it is a freedom that the suite grants, not a promise";
  } else if (reason.empty()) {
    reason = "no situation of a level is about it alone";
  }
  return {clause.id, clause.title, LevelNamedIn(clause.untested), ClauseVerdict::kNotRun, reason};
}

}  // namespace

std::vector<Situation> BelowFloor(const LevelReport& report, const Capabilities& claims,
                                  const std::vector<FailureRow>& failures) {
  std::vector<Situation> below;
  for (const Situation& situation : SituationsOf(report.level)) {
    const bool fails =
        std::any_of(failures.begin(), failures.end(), [&](const FailureRow& failure) {
          return failure.level == report.level && !failure.found.failure.clauses.empty() &&
                 IsAbout(situation, failure.found.failure.clauses.front());
        });
    if (!fails && situation.claimed(claims) &&
        report.not_arranged.count(std::string(situation.name)) == 0 &&
        report.coverage.Hits(situation.name) < situation.floor) {
      below.push_back(situation);
    }
  }
  return below;
}

std::string TellCount(const Situation& situation, const LevelReport& report) {
  return "met " + std::to_string(report.coverage.Hits(situation.name)) + " of " +
         std::to_string(situation.floor) + " times: " + std::string(situation.title);
}

std::vector<ClauseRow> MakeClauseRows(const RunResults& results,
                                      const std::vector<LevelRow>& levels,
                                      const std::vector<FailureRow>& failures) {
  std::vector<ClauseRow> rows;
  for (const Clause& clause : AllClauses()) {
    const std::size_t before = rows.size();
    for (const LevelRow& level : levels) {
      const ClauseInLevel judged(results, clause, level, failures);
      if (judged.Exists()) rows.push_back(judged.Row());
    }
    if (rows.size() == before) rows.push_back(Unjudged(clause));
  }
  return rows;
}

}  // namespace holdfast::conformance
