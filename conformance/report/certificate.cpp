#include "conformance/report/certificate.h"

#include <algorithm>

#include "conformance/campaign/levels.h"
#include "conformance/report/clause_rows.h"
#include "conformance/report/exit_code.h"
#include "holdfast/spec/clauses.h"

namespace holdfast::conformance {
namespace {

FailureRow MakeFailureRow(Level level, const FoundFailure& found, const RunResults& results) {
  FailureRow row;
  row.level = level;
  row.found = found;
  row.story = found.story;
  if (const Expectation* expectation = ExpectedBy(results.expectations, level, found.failure)) {
    row.expected = expectation->reason;
  }
  return row;
}

bool IsSameName(const FailureRow& row, const KeptFailure& kept) {
  return row.level == kept.level && row.found.failure.clauses == kept.found.failure.clauses &&
         row.found.failure.title == kept.found.failure.title;
}

// What this run found, then what is only known from earlier ones.
std::vector<FailureRow> MakeFailureRows(const RunResults& results) {
  std::vector<FailureRow> rows;
  for (const LevelReport& report : results.reports) {
    for (const FoundFailure& found : report.failures) {
      rows.push_back(MakeFailureRow(report.level, found, results));
    }
  }
  for (const KeptFailure& kept : results.kept) {
    const bool is_found_again = std::any_of(
        rows.begin(), rows.end(), [&](const FailureRow& row) { return IsSameName(row, kept); });
    if (is_found_again) continue;
    rows.push_back(MakeFailureRow(kept.level, kept.found, results));
    rows.back().kept = true;
    rows.back().replay = kept.replay;
  }
  return rows;
}

// A failing level whose failures were all expected has yet to show enough of the rest.
void WeighExpectations(LevelRow& row, const LevelReport& report, const RunResults& results,
                       const std::vector<FailureRow>& failures) {
  std::size_t unexpected = 0;
  std::size_t expected = 0;
  for (const FailureRow& failure : failures) {
    if (failure.level == row.level) ++(failure.expected ? expected : unexpected);
  }
  if (unexpected > 0) row.verdict = Verdict::kFail;
  if (unexpected > 0 || expected == 0) return;
  if (report.fault) {
    row.verdict = Verdict::kDriverError;
    row.reason = report.fault->message;
    return;
  }
  const auto below = BelowFloor(report, results.description.capabilities, failures);
  if (below.empty()) {
    row.verdict = Verdict::kFail;
    row.expected = true;
  } else {
    row.verdict = Verdict::kInconclusive;
    row.reason =
        "it failed as expected, but showed too little else: " + TellCount(below.front(), report);
  }
}

bool WasAskedFor(const RunResults& results, Level level) {
  return std::find(results.asked_for.begin(), results.asked_for.end(), level) !=
         results.asked_for.end();
}

bool IsWanted(const RunResults& results, Level level) {
  return results.asked_for.empty() || WasAskedFor(results, level);
}

LevelRow MakeLevelRow(Level level, const RunResults& results,
                      const std::vector<FailureRow>& failures) {
  LevelRow row;
  row.level = level;
  row.reason = IsPartOfThisVersion(level) ? "not asked for" : "not part of this version";
  if (results.hello_fault && IsPartOfThisVersion(level) && IsWanted(results, level)) {
    row.verdict = Verdict::kDriverError;
    row.reason = std::string(kNoHello);
    row.fault = results.hello_fault;
  }
  for (const LevelReport& report : results.reports) {
    if (report.level != level) continue;
    row.verdict = report.verdict;
    row.reason = report.reason;
    row.programs = report.programs;
    row.operations = report.operations;
    row.seconds = report.seconds;
    const auto until_s = results.until_s.find(level);
    if (until_s != results.until_s.end()) row.until_s = until_s->second;
    row.fault = report.fault;
    row.outages = report.outages;
    if (report.faulty) row.fault_story = report.faulty->story;
    WeighExpectations(row, report, results, failures);
  }
  return row;
}

RunVerdict VerdictOf(const LevelRow& row, bool asked_for) {
  if (row.fault) return RunVerdict::kDriverError;
  switch (row.verdict) {
    case Verdict::kPass:
      return RunVerdict::kPass;
    case Verdict::kNotClaimed:
    case Verdict::kNotRun:
      return asked_for ? RunVerdict::kIncomplete : RunVerdict::kPass;
    case Verdict::kInconclusive:
      return RunVerdict::kInconclusive;
    case Verdict::kDriverError:
      return RunVerdict::kDriverError;
    case Verdict::kFail:
      return row.expected ? RunVerdict::kExpectedFail : RunVerdict::kFail;
  }
  return RunVerdict::kFail;
}

// Expectations that nothing met, of levels that came to their end without another failure, which
// may have cut them short.
std::vector<Expectation> FindStale(const RunResults& results, const std::vector<LevelRow>& levels,
                                   const std::vector<FailureRow>& failures) {
  std::vector<Expectation> stale;
  for (const Expectation& expectation : results.expectations) {
    const auto level = std::find_if(levels.begin(), levels.end(), [&](const LevelRow& row) {
      return row.level == expectation.level;
    });
    const bool is_conclusive =
        level != levels.end() && !level->fault &&
        (level->verdict == Verdict::kPass || (level->verdict == Verdict::kFail && level->expected));
    const bool is_met =
        std::any_of(failures.begin(), failures.end(), [&](const FailureRow& failure) {
          return Matches(expectation, failure.level, failure.found.failure);
        });
    if (is_conclusive && !is_met && !expectation.is_seldom) stale.push_back(expectation);
  }
  return stale;
}

RunVerdict Compose(const Certificate& certificate, const RunResults& results) {
  std::vector<RunVerdict> verdicts;
  if (results.hello_fault) verdicts.push_back(RunVerdict::kDriverError);
  for (const LevelRow& row : certificate.levels) {
    verdicts.push_back(VerdictOf(row, WasAskedFor(results, row.level)));
  }
  for (const FailureRow& failure : certificate.failures) {
    verdicts.push_back(failure.expected ? RunVerdict::kExpectedFail : RunVerdict::kFail);
  }
  if (!certificate.stale.empty()) verdicts.push_back(RunVerdict::kStaleExpectation);
  return WorstOf(verdicts);
}

}  // namespace

std::string_view ClauseVerdictName(ClauseVerdict verdict) {
  switch (verdict) {
    case ClauseVerdict::kPass:
      return "pass";
    case ClauseVerdict::kFail:
      return "fail";
    case ClauseVerdict::kNotClaimed:
      return "not-claimed";
    case ClauseVerdict::kNotRun:
      return "not-run";
    case ClauseVerdict::kInconclusive:
      return "inconclusive";
  }
  return "";
}

std::string_view LevelVerdictName(const LevelRow& row) {
  return row.expected ? "expected-fail" : VerdictName(row.verdict);
}

std::string_view RunVerdictName(RunVerdict verdict) {
  switch (verdict) {
    case RunVerdict::kPass:
      return "pass";
    case RunVerdict::kExpectedFail:
      return "expected-fail";
    case RunVerdict::kInconclusive:
      return "inconclusive";
    case RunVerdict::kIncomplete:
      return "incomplete";
    case RunVerdict::kStaleExpectation:
      return "stale-expectation";
    case RunVerdict::kDriverError:
      return "driver-error";
    case RunVerdict::kFail:
      return "fail";
  }
  return "";
}

Certificate MakeCertificate(const RunResults& results) {
  Certificate certificate;
  certificate.suite_version = SuiteVersion();
  certificate.clauses_hash = ClauseSetHash();
  certificate.description = results.description;
  certificate.has_claims = !results.hello_fault;
  certificate.seed = results.seed;
  certificate.failures = MakeFailureRows(results);
  for (const Level level : kAllLevels) {
    certificate.levels.push_back(MakeLevelRow(level, results, certificate.failures));
  }
  certificate.clauses = MakeClauseRows(results, certificate.levels, certificate.failures);
  certificate.stale = FindStale(results, certificate.levels, certificate.failures);
  certificate.verdict = Compose(certificate, results);
  return certificate;
}

std::string_view SuiteVersion() { return HOLDFAST_VERSION; }

}  // namespace holdfast::conformance
