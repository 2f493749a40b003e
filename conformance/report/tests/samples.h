// Results and certificates for the tests of this folder.
#pragma once

#include "conformance/campaign/levels.h"
#include "conformance/campaign/sequential_level.h"
#include "conformance/report/certificate.h"
#include "conformance/report/clause_rows.h"

namespace holdfast::conformance {

/// A backend that claims all that level `sequential` judges, but a store that rejects new entries.
inline BackendDescription SampleDescription() {
  BackendDescription description{{"drv", "2"}, {"shop", "1.0"}, {}};
  Capabilities& claims = description.capabilities;
  claims.clock = ClockKind::kVirtual;
  claims.ttl = claims.max_entries = claims.created_at = claims.multi_process = true;
  claims.claim = true;
  claims.order = EntryOrder::kCreatedThenId;
  claims.persistence = Persistence::kPower;
  claims.format = "envelope/1";
  claims.quarantine = claims.ill_formed_strings = true;
  claims.instances = claims.pipelining = 4;
  claims.max_id_bytes = 512;
  return description;
}

/// Every situation as often as its floor asks, but for one.
inline Coverage CoverageBut(std::string_view exception, std::uint64_t hits) {
  Coverage coverage;
  for (const Situation& situation : SequentialSituations()) {
    const bool is_exception = situation.name == exception;
    coverage.Add(std::string(situation.name), is_exception ? hits : situation.floor);
  }
  return coverage;
}

/// A level that met every situation as often as its floor asks.
inline LevelReport PassingReport() {
  LevelReport report;
  report.level = Level::kSequential;
  report.verdict = Verdict::kPass;
  report.programs = 2520;
  report.operations = 51234;
  report.seconds = 31.25;
  report.coverage = CoverageBut("", 0);
  return report;
}

inline RunResults PassingResults() {
  RunResults results;
  results.description = SampleDescription();
  results.seed = 7;
  results.reports = {PassingReport()};
  return results;
}

/// An entry that outlives its ttl.
inline FoundFailure SampleFailure() {
  FoundFailure found;
  found.failure = {{"TTL-2", "OPS-2"}, "an expired entry is visible", 2, "absent", "found 1"};
  Program program;
  program.setup.max_entries = 3;
  program.steps = {CallStep{0, {OpKind::kRegister, "a", 1, 50}, true}, AdvanceStep{50},
                   CallStep{0, {OpKind::kLookup, "a", nullptr, std::nullopt}, true}};
  found.program = ProgramToJson(program);
  found.story = TellStory(found.failure, program);
  found.number = 17;
  found.rate = {3, 3};
  found.seen = 4;
  return found;
}

inline RunResults FailingResults() {
  RunResults results = PassingResults();
  results.reports[0].verdict = Verdict::kFail;
  results.reports[0].failures = {SampleFailure()};
  return results;
}

/// What level `power` tells a store that claims less, and one whose data goes through a mapping.
inline std::vector<OutageRow> SampleOutages() {
  OutageRow kept{"kill", 2, 40, 12, 0, Outage::kHarmless, {}, {}};
  OutageRow lost{"ext4-ordered", 2, 90, 31, 1, Outage::kLoses, {}, {}};
  lost.example = LosingState{Outage::kLoses,
                             {"register \"a\" 1 -> done"},
                             "after its last step",
                             "the rename of a.tmp to a.json (step 12) was lost",
                             "entries answers [\"a\": 1]",
                             "[]",
                             "the directory was never synced after the rename",
                             1,
                             1};
  OutageRow unseen{"linux-minimal", 1, 0, 0, 0, Outage::kHarmless, {}, "a.db is mapped | \x1b"};
  return {kept, lost, unseen};
}

/// The row of a clause in a certificate. There is one.
inline ClauseRow RowOf(const Certificate& certificate, const std::string& clause) {
  for (const ClauseRow& row : certificate.clauses) {
    if (row.id == clause) return row;
  }
  return {};
}

}  // namespace holdfast::conformance
