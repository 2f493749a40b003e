// A trial's failure in words.
#include "conformance/check/describe.h"
#include "conformance/files/judge_trial.h"
#include "conformance/program/program.h"

namespace holdfast::conformance {
namespace {

std::string Line(const SeenCall& call) {
  const std::string who =
      call.client == 0 ? "" : "client " + std::to_string(call.client + 1) + ": ";
  return "     " + who + Describe(call.operation) + " -> " + Describe(call.result);
}

std::string HarmLine(const Round& round, const SeenRound& seen) {
  std::string line = "     harm: " + round.harm;
  if (!seen.took_effect) line += " (cannot be done here)";
  if (round.advance_ms != 0) line += ", " + std::to_string(round.advance_ms) + " ms later";
  if (round.respawn) line += ", new processes";
  if (round.reopen) line += ", opened anew";
  if (round.name_taken) line += ", names of quarantines taken";
  if (round.first.size() > 1) line += ", " + std::to_string(round.first.size()) + " at once";
  return line;
}

}  // namespace

std::vector<std::string> TellStory(const Failure& failure, const Trial& trial,
                                   const TrialRun& run) {
  std::string clauses;
  for (const std::string& clause : failure.clauses) {
    clauses += (clauses.empty() ? "" : ", ") + clause;
  }
  std::vector<std::string> lines = {clauses + ": " + failure.title};
  lines.push_back("     umask " + std::string(trial.open_umask ? "0" : "077") +
                  (trial.folders_there ? ", the folders are there" : "") + ", namespace " +
                  Brief(trial.namespace_name));
  for (const SeenCall& call : run.fill) lines.push_back(Line(call));
  for (std::size_t round = 0; round < run.rounds.size() && round <= failure.step; ++round) {
    const SeenRound& seen = run.rounds[round];
    lines.push_back(HarmLine(trial.rounds[round], seen));
    for (const SeenCall& call : seen.first) lines.push_back(Line(call));
    for (const SeenCall& call : seen.calls) lines.push_back(Line(call));
    for (const QuarantineEvent& event : seen.events) {
      lines.push_back("     warning: " + event.path.substr(event.path.rfind('/') + 1));
    }
  }
  lines.push_back("     expected " + failure.expected);
  lines.push_back("     got      " + failure.got);
  return lines;
}

}  // namespace holdfast::conformance
