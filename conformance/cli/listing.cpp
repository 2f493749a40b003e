#include "conformance/cli/listing.h"

#include <algorithm>
#include <utility>

#include "conformance/campaign/levels.h"
#include "conformance/cli/arguments.h"
#include "conformance/cli/backends.h"
#include "conformance/cli/complaint.h"
#include "conformance/report/plain_text.h"
#include "holdfast/spec/clauses.h"

namespace holdfast::conformance {
namespace {

std::string Column(std::string_view text, std::size_t width) {
  std::string column(text);
  column.append(width > column.size() ? width - column.size() : 1, ' ');
  return column;
}

std::string OrDash(const std::string& text) { return text.empty() ? "-" : text; }

// All that can be claimed; what excludes something else in each of its forms.
std::vector<Json> FullClaims() {
  Capabilities most;
  most.ttl = most.max_entries = most.created_at = most.multi_process = most.claim = true;
  most.delete_op = most.ill_formed_strings = most.quarantine = true;
  Json claims = CapabilitiesToJson(most);
  for (const char* name : {"pipelining", "instances"}) claims[name] = 8;
  for (const char* name : {"max_id_bytes", "max_record_bytes", "max_depth", "max_file_bytes"})
    claims[name] = 65536;
  claims.update(Json{{"clock", "virtual"},
                     {"order", "created-id"},
                     {"persistence", "process"},
                     {"format", "envelope/1"},
                     {"lock_file", "{namespace}.lock"}});
  std::vector<Json> full;
  for (const char* overflow : {"evict-oldest", "reject-new"}) {
    for (const char* ttl_zero : {"expires", "rejected"}) {
      claims["overflow"] = overflow;
      claims["ttl_zero"] = ttl_zero;
      full.push_back(claims);
    }
  }
  return full;
}

// The capabilities without which a situation is not claimed: those that are left once every other
// is back at its default.
std::string NeedsOf(const Situation& situation) {
  const auto is_claimed = [&](const Json& claims) {
    const auto read = CapabilitiesFromJson(claims);
    return read && situation.claimed(*read);
  };
  const Json none = CapabilitiesToJson({});
  for (Json claims : FullClaims()) {
    if (!is_claimed(claims)) continue;
    std::vector<std::string> needed;
    for (const auto& [name, standard] : none.items()) {
      const Json claim = std::exchange(claims[name], standard);
      if (claim == standard || is_claimed(claims)) continue;
      claims[name] = claim;
      needed.push_back(claim.is_string() && name != "format" && name != "lock_file"
                           ? name + "=" + claim.get<std::string>()
                           : name);
    }
    return Joined(needed, ",");
  }
  return "";
}

std::string ChecksOf(std::string_view clause) {
  std::string text;
  for (const Level level : kAllLevels) {
    for (const Situation& situation : SituationsOf(level)) {
      if (std::find(situation.clauses.begin(), situation.clauses.end(), clause) ==
          situation.clauses.end()) {
        continue;
      }
      const std::string needs = NeedsOf(situation);
      text += "  " + std::string(LevelName(level)) + ": " + std::string(situation.title) +
              " (at least " + std::to_string(situation.floor) + " times" +
              (needs.empty() ? "" : "; needs " + needs) + ")\n";
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
              Column(Joined(clauses, ","), 20) + Column(OrDash(NeedsOf(situation)), 30) +
              std::string(situation.title) + " (at least " + std::to_string(situation.floor) +
              " times)\n";
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
