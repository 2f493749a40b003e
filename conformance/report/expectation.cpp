#include "conformance/report/expectation.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "holdfast/spec/clauses.h"

namespace holdfast::conformance {
namespace {

[[noreturn]] void Refuse(const std::string& sentence) { throw std::invalid_argument(sentence); }

std::string Text(const Json& entry, const char* member) {
  if (!entry.contains(member)) Refuse(std::string("\"") + member + "\" is missing");
  const Json& value = entry[member];
  if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
    Refuse(std::string("\"") + member + "\" must be a string that is not empty");
  }
  return value.get<std::string>();
}

void RefuseUnknownMembers(const Json& object, const std::set<std::string>& known) {
  for (const auto& [name, value] : object.items()) {
    if (!known.contains(name)) Refuse("unknown member \"" + name + "\"");
  }
}

Expectation OneFromJson(const Json& entry) {
  if (!entry.is_object()) Refuse("must be an object");
  RefuseUnknownMembers(entry, {"level", "clause", "title", "reason"});
  Expectation expectation;
  const std::string level = Text(entry, "level");
  if (const auto named = LevelNamed(level)) {
    expectation.level = *named;
  } else {
    Refuse("unknown level \"" + level + "\"");
  }
  expectation.clause = Text(entry, "clause");
  if (FindClause(expectation.clause) == nullptr) {
    Refuse("unknown clause \"" + expectation.clause + "\"; `holdfast list clauses` names them");
  }
  if (entry.contains("title")) expectation.title = Text(entry, "title");
  expectation.reason = Text(entry, "reason");
  return expectation;
}

bool IsSameFailure(const Expectation& a, const Expectation& b) {
  return a.level == b.level && a.clause == b.clause && a.title == b.title;
}

}  // namespace

bool Matches(const Expectation& expectation, Level level, const Failure& failure) {
  return expectation.level == level && !failure.clauses.empty() &&
         failure.clauses.front() == expectation.clause &&
         (!expectation.title || *expectation.title == failure.title);
}

const Expectation* ExpectedBy(const std::vector<Expectation>& expectations, Level level,
                              const Failure& failure) {
  const auto found = std::find_if(
      expectations.begin(), expectations.end(),
      [&](const Expectation& expectation) { return Matches(expectation, level, failure); });
  return found == expectations.end() ? nullptr : &*found;
}

Expected<std::vector<Expectation>, std::string> ReadExpectations(std::string_view text) {
  std::string where = "the file";
  std::vector<Expectation> expectations;
  try {
    const Json json = Json::parse(text);
    if (!json.is_object()) Refuse("must be an object with a member \"failures\"");
    RefuseUnknownMembers(json, {"failures"});
    if (!json.contains("failures") || !json["failures"].is_array()) {
      Refuse("must have a member \"failures\", a list");
    }
    for (const Json& entry : json["failures"]) {
      where = "failures[" + std::to_string(expectations.size()) + "]";
      const Expectation expectation = OneFromJson(entry);
      for (const Expectation& earlier : expectations) {
        if (IsSameFailure(earlier, expectation)) Refuse("stands there twice");
      }
      expectations.push_back(expectation);
    }
  } catch (const Json::exception& error) {
    return Unexpected("is not JSON: " + std::string(error.what()));
  } catch (const std::invalid_argument& error) {
    return Unexpected(where + ": " + error.what());
  }
  return expectations;
}

}  // namespace holdfast::conformance
