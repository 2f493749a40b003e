// The certificate: what a run of the suite found, clause by clause, as one plain struct. It is made
// by a pure function from what the levels came back with; the writers beside this file only lay it
// out.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/campaign/level.h"
#include "conformance/report/expectation.h"
#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

/// A kept failure that was run again at the beginning, and still fails.
struct KeptFailure {
  Level level = Level::kSequential;
  FoundFailure found;
  std::string replay;  ///< The name of its file.
};

/// Everything that a run came to.
struct RunResults {
  BackendDescription description;
  /// Set where the driver did not come to describe itself: then nothing was run, the description
  /// holds what the user calls it, and nothing is known of its claims.
  std::optional<DriverFault> hello_fault;
  std::uint64_t seed = 1;
  std::vector<Level> asked_for;      ///< Levels named by the user; empty where none was.
  std::vector<LevelReport> reports;  ///< Of the levels that were run.
  std::map<Level, double> until_s;   ///< By level, how long it took to find what --until asks for.
  std::vector<KeptFailure> kept;
  std::vector<Expectation> expectations;
};

enum class ClauseVerdict { kPass, kFail, kNotClaimed, kNotRun, kInconclusive };

/// "pass", "fail", "not-claimed", "not-run" or "inconclusive".
[[nodiscard]] std::string_view ClauseVerdictName(ClauseVerdict verdict);

/// What a level came to.
struct LevelRow {
  Level level = Level::kSequential;
  Verdict verdict = Verdict::kNotRun;
  bool expected = false;  ///< It failed, as expected and in no other way.
  std::string reason;
  std::uint64_t programs = 0;
  std::uint64_t operations = 0;
  double seconds = 0;
  std::optional<double> until_s;  ///< Until what was asked for by --until was found.
  std::optional<DriverFault> fault;
  std::vector<std::string> fault_story;  ///< The program up to the fault, where there is one.
  std::string fault_replay;              ///< The name of its file; empty where it is not kept.
  std::vector<OutageRow> outages;        ///< Of level `power`: a row for each set of rules.
};

/// The verdict's name, or "expected-fail".
[[nodiscard]] std::string_view LevelVerdictName(const LevelRow& row);

/// What a clause came to in a level that judges it.
struct ClauseRow {
  std::string id;
  std::string title;
  std::optional<Level> level;  ///< Nothing where no level judges it.
  ClauseVerdict verdict = ClauseVerdict::kNotRun;
  std::string reason;  ///< Empty for a plain pass.
};

/// A failure as it is told.
struct FailureRow {
  Level level = Level::kSequential;
  FoundFailure found;
  std::vector<std::string> story;       ///< One line each; the first names clauses and title.
  std::string replay;                   ///< The name of its file; empty where it is not kept.
  std::optional<std::string> expected;  ///< The reason, where it was expected.
  bool kept = false;                    ///< Known from an earlier run, and not found by this one.
};

/// What a whole run came to. Ordered from the best to the worst.
enum class RunVerdict {
  kPass,
  kExpectedFail,
  kInconclusive,
  kIncomplete,
  kStaleExpectation,
  kDriverError,
  kFail,
};

/// "pass", "expected-fail", "inconclusive", "incomplete", "stale-expectation", "driver-error" or
/// "fail".
[[nodiscard]] std::string_view RunVerdictName(RunVerdict verdict);

struct Certificate {
  RunVerdict verdict = RunVerdict::kPass;
  std::string suite_version;
  std::string clauses_hash;
  BackendDescription description;
  bool has_claims = true;  ///< False where the driver did not come to state any.
  std::uint64_t seed = 1;
  std::vector<LevelRow> levels;    ///< Every level, in order.
  std::vector<ClauseRow> clauses;  ///< Every clause, in the order of the spec.
  std::vector<FailureRow> failures;
  std::vector<Expectation> stale;  ///< Expected, could have shown, did not.
};

/// Makes the certificate. Pure: the same results give the same certificate.
///
/// A failure is laid to its first clause, which fails. The clauses it names besides are
/// inconclusive: they may be the broken ones. A clause passes where each of its situations that the
/// claims allow was met as often as its floor asks; it is not claimed where they allow none.
/// A level whose driver was at fault passes no clause.
[[nodiscard]] Certificate MakeCertificate(const RunResults& results);

/// The version of the suite, for instance "0.1.0".
[[nodiscard]] std::string_view SuiteVersion();

}  // namespace holdfast::conformance
