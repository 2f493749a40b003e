#include "conformance/files/trial.h"

#include <algorithm>
#include <stdexcept>

#include "conformance/corrupt/corruption.h"
#include "conformance/files/hindrance.h"
#include "conformance/history/history.h"
#include "conformance/history/operations_json.h"
#include "conformance/program/whole_number.h"
#include "holdfast/spec/model.h"

namespace holdfast::conformance {
namespace {

std::uint64_t SeedFromJson(const Json& json) {
  if (!json.contains("seed")) return 0;
  if (!json["seed"].is_number_unsigned()) {
    throw std::invalid_argument("seed must be a whole number and not negative");
  }
  return json["seed"].get<std::uint64_t>();
}

Json RoundToJson(const Round& round) {
  Json json = {{"harm", round.harm}, {"first", OperationsToJson(round.first)}};
  if (round.seed != 0) json["seed"] = round.seed;
  if (round.advance_ms != 0) json["advance_ms"] = round.advance_ms;
  if (round.name_taken) json["name_taken"] = true;
  if (round.reopen) json["reopen"] = true;
  if (round.respawn) json["respawn"] = true;
  if (!round.calls.empty()) json["calls"] = OperationsToJson(round.calls);
  if (!round.handed.empty()) json["handed"] = OperationsToJson(round.handed);
  return json;
}

Round RoundFromJson(const Json& json) {
  Round round;
  round.harm = json.at("harm").get<std::string>();
  if (FindCorruption(round.harm) == nullptr && FindHindrance(round.harm) == nullptr) {
    throw std::invalid_argument("there is no harm \"" + round.harm + "\"");
  }
  round.seed = SeedFromJson(json);
  if (json.contains("advance_ms")) {
    round.advance_ms = WholeFromJson(json, "advance_ms", 0, kMaxSafeInteger / 2);
  }
  round.name_taken = json.value("name_taken", false);
  round.reopen = json.value("reopen", false);
  round.respawn = json.value("respawn", false);
  round.first = OperationsFromJson(json.at("first"));
  if (round.first.empty() || round.first.size() > kMostOpeners) {
    throw std::invalid_argument("first has 1 to " + std::to_string(kMostOpeners) + " calls");
  }
  if (json.contains("calls")) round.calls = OperationsFromJson(json["calls"]);
  if (json.contains("handed")) round.handed = OperationsFromJson(json["handed"]);
  return round;
}

}  // namespace

std::size_t Trial::CountOperations() const {
  std::size_t count = fill.size();
  for (const Round& round : rounds) {
    count += round.first.size() + round.calls.size() + round.handed.size();
  }
  return count;
}

bool NeedsPeer(const Trial& trial) {
  return std::any_of(trial.rounds.begin(), trial.rounds.end(), [](const Round& round) {
    const Hindrance* hindrance = FindHindrance(round.harm);
    return hindrance != nullptr && hindrance->kind == HindranceKind::kPeer;
  });
}

Json TrialToJson(const Trial& trial) {
  Json setup = {{"namespace", BytesAsText(trial.namespace_name)}, {"start_ms", trial.start_ms}};
  if (trial.open_umask) setup["open_umask"] = true;
  if (trial.folders_there) setup["folders_there"] = true;
  for (const std::string& name : trial.strange) setup["strange"].push_back(BytesAsText(name));
  Json rounds = Json::array();
  for (const Round& round : trial.rounds) rounds.push_back(RoundToJson(round));
  return {{"setup", std::move(setup)},
          {"fill", OperationsToJson(trial.fill)},
          {"rounds", std::move(rounds)}};
}

Expected<Trial, std::string> TrialFromJson(const Json& json) {
  std::string where = "setup";
  try {
    Trial trial;
    const Json& setup = json.at("setup");
    trial.namespace_name = TextAsBytes(setup.at("namespace").get<std::string>());
    // The suite itself writes and deletes below this name, so it must not lead anywhere else.
    if (model::JudgeNamespace(trial.namespace_name)) {
      throw std::invalid_argument("a namespace that no store may have (INP-1)");
    }
    trial.start_ms = WholeFromJson(setup, "start_ms", 1, kMaxSafeInteger / 2);
    trial.open_umask = setup.value("open_umask", false);
    trial.folders_there = setup.value("folders_there", false);
    for (const Json& name : setup.value("strange", Json::array())) {
      trial.strange.push_back(TextAsBytes(name.get<std::string>()));
    }
    where = "fill";
    trial.fill = OperationsFromJson(json.at("fill"));
    for (const Json& round : json.at("rounds")) {
      where = "round " + std::to_string(trial.rounds.size());
      trial.rounds.push_back(RoundFromJson(round));
    }
    return trial;
  } catch (const std::exception& error) {
    return Unexpected("program, " + where + ": " + error.what());
  }
}

}  // namespace holdfast::conformance
