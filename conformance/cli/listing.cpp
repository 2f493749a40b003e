#include "conformance/cli/listing.h"

#include <algorithm>

#include "conformance/cli/arguments.h"
#include "conformance/cli/backends.h"
#include "conformance/cli/complaint.h"
#include "conformance/campaign/levels.h"
#include "conformance/report/plain_text.h"
#include "holdfast/spec/clauses.h"

namespace holdfast::conformance {
namespace {

std::string Column(std::string_view text, std::size_t width) {
  std::string column(text);
  column.append(width > column.size() ? width - column.size() : 1, ' ');
  return column;
}

std::string ChecksOf(std::string_view clause) {
  std::string text;
  for (const Level level : kAllLevels) {
    for (const Situation& situation : SituationsOf(level)) {
      if (std::find(situation.clauses.begin(), situation.clauses.end(), clause) ==
          situation.clauses.end()) {
        continue;
      }
      text += "  " + std::string(LevelName(level)) + ": " + std::string(situation.title) +
              " (at least " + std::to_string(situation.floor) + " times)\n";
    }
  }
  return text;
}

}  // namespace

std::string ListClauses() {
  std::string text;
  for (const Clause& clause : AllClauses()) {
    text += Column(clause.id, 8) + Column(StrengthName(clause.strength), 8) + clause.title + "\n";
  }
  return text;
}

std::string ListChecks() {
  std::string text;
  for (const Level level : kAllLevels) {
    for (const Situation& situation : SituationsOf(level)) {
      const std::vector<std::string> clauses(situation.clauses.begin(), situation.clauses.end());
      text += Column(LevelName(level), 12) + Column(situation.name, 22) +
              Column(Joined(clauses, ","), 20) + std::string(situation.title) + " (at least " +
              std::to_string(situation.floor) + " times)\n";
    }
  }
  return text;
}

std::string ListBackends() {
  std::string text;
  for (const LinkedBackend& backend : LinkedBackends()) {
    text += Column(backend.name, 12) + std::string(backend.about) + "\n";
  }
  return text;
}

std::string Explain(const std::string& clause_id) {
  std::string id = clause_id;
  std::transform(id.begin(), id.end(), id.begin(),
                 [](unsigned char letter) { return std::toupper(letter); });
  const Clause* clause = FindClause(id);
  if (clause == nullptr) {
    std::vector<std::string> ids;
    for (const Clause& known : AllClauses()) ids.push_back(known.id);
    ComplainOfUsage("there is no clause \"" + clause_id +
                    "\"; spelt most like it: " + Joined(NearestTo(clause_id, ids, 3), ", "));
  }
  std::string text = clause->id + " · " + std::string(StrengthName(clause->strength)) + " · " +
                     clause->title + "\n\n" + clause->text + "\n\nWhy: " + clause->why + "\n";
  if (!clause->untested.empty()) text += "\nUntested: " + clause->untested + "\n";
  const std::string checks = ChecksOf(clause->id);
  if (!checks.empty()) text += "\nIt is checked where\n" + checks;
  return text;
}

}  // namespace holdfast::conformance
