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
  RefuseUnknownMembers(entry, {"level", "clause", "title", "reason", "seldom"});
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
  if (entry.contains("seldom")) {
    if (!entry["seldom"].is_boolean()) Refuse("\"seldom\" must be true or false");
    expectation.is_seldom = entry["seldom"].get<bool>();
  }
  return expectation;
}

void RefuseWhatStandsThere(const std::vector<Expectation>& earlier, const Expectation& fresh) {
  for (std::size_t at = 0; at < earlier.size(); ++at) {
    if (earlier[at].level != fresh.level || earlier[at].clause != fresh.clause) continue;
    const std::string other = "failures[" + std::to_string(at) + "]";
    if (earlier[at].title == fresh.title) Refuse("stands there twice: it is " + other + " too");
    if (!earlier[at].title) Refuse("is covered by " + other + ", which names no title");
    if (!fresh.title) Refuse("names no title, and so covers " + other);
  }
}

// The library keeps the last of several members of one name, so which they are is noted as they
// are read.
Json ParseWithoutDuplicates(std::string_view text) {
  std::vector<std::set<std::string>> open;
  std::string twice;
  const auto note = [&](int, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::object_start) open.emplace_back();
    if (event == Json::parse_event_t::object_end) open.pop_back();
    if (event == Json::parse_event_t::key && !open.back().insert(value.get<std::string>()).second)
      twice = value.get<std::string>();
    return true;
  };
  Json json = Json::parse(text, note);
  if (!twice.empty()) Refuse("the member \"" + twice + "\" stands twice in one object");
  return json;
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
    const Json json = ParseWithoutDuplicates(text);
    if (!json.is_object()) Refuse("must be an object with a member \"failures\"");
    RefuseUnknownMembers(json, {"failures"});
    if (!json.contains("failures") || !json["failures"].is_array()) {
      Refuse("must have a member \"failures\", a list");
    }
    for (const Json& entry : json["failures"]) {
      where = "failures[" + std::to_string(expectations.size()) + "]";
      const Expectation expectation = OneFromJson(entry);
      RefuseWhatStandsThere(expectations, expectation);
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
