#include "conformance/concurrent/race.h"

#include <algorithm>
#include <stdexcept>

#include "conformance/history/operations_json.h"
#include "conformance/program/whole_number.h"

namespace holdfast::conformance {
namespace {

constexpr std::int64_t kLongestUs = 60'000'000;
constexpr std::int64_t kLongestMs = 60'000;
constexpr std::size_t kMostClients = 64;
constexpr std::int64_t kLongestDelayMs = 5'000;
constexpr std::size_t kMostDelays = 64;

Json BranchToJson(const Branch& branch) {
  Json json = {{"calls", OperationsToJson(branch.calls)}};
  if (branch.pause_us != 0) json["pause_us"] = branch.pause_us;
  if (branch.kill)
    json["kill"] = {{"call", branch.kill->call}, {"after_us", branch.kill->after_us}};
  if (branch.stall) {
    json["stall"] = {{"call", branch.stall->call},
                     {"after_us", branch.stall->after_us},
                     {"length_us", branch.stall->length_us}};
  }
  return json;
}

Json PhaseToJson(const Phase& phase) {
  Json branches = Json::array();
  for (const Branch& branch : phase.branches) branches.push_back(BranchToJson(branch));
  Json json = {{"branches", std::move(branches)}};
  if (phase.advance_ms != 0) json["advance_ms"] = phase.advance_ms;
  if (!phase.first.empty()) json["first"] = OperationsToJson(phase.first);
  if (phase.together) json["together"] = true;
  if (phase.reopen) json["reopen"] = true;
  if (phase.hold_ms) json["hold_ms"] = *phase.hold_ms;
  return json;
}

// The readers below throw Json::exception or std::invalid_argument.

std::int64_t WholeOr(const Json& json, const char* name, std::int64_t absent, std::int64_t low,
                     std::int64_t high) {
  return json.contains(name) ? WholeFromJson(json, name, low, high) : absent;
}

Branch BranchFromJson(const Json& json) {
  Branch branch;
  branch.calls = OperationsFromJson(json.at("calls"));
  branch.pause_us = WholeOr(json, "pause_us", 0, 0, kLongestUs);
  if (json.contains("kill")) {
    const Json& kill = json["kill"];
    branch.kill = Kill{static_cast<std::size_t>(WholeFromJson(kill, "call", 0, kMaxSafeInteger)),
                       WholeFromJson(kill, "after_us", 0, kLongestUs)};
  }
  if (json.contains("stall")) {
    const Json& stall = json["stall"];
    branch.stall = Stall{static_cast<std::size_t>(WholeFromJson(stall, "call", 0, kMaxSafeInteger)),
                         WholeFromJson(stall, "after_us", 0, kLongestUs),
                         WholeFromJson(stall, "length_us", 0, kLongestUs)};
  }
  return branch;
}

Phase PhaseFromJson(const Json& json) {
  Phase phase;
  phase.advance_ms = WholeOr(json, "advance_ms", 0, -kMaxSafeInteger, kMaxSafeInteger);
  if (json.contains("first")) phase.first = OperationsFromJson(json["first"]);
  phase.together = json.value("together", false);
  phase.reopen = json.value("reopen", false);
  if (json.contains("hold_ms")) phase.hold_ms = WholeFromJson(json, "hold_ms", 0, kLongestMs);
  for (const Json& branch : json.at("branches")) phase.branches.push_back(BranchFromJson(branch));
  if (phase.branches.size() > kMostClients) {
    throw std::invalid_argument("a phase has at most " + std::to_string(kMostClients) +
                                " branches");
  }
  return phase;
}

std::vector<StepDelay> DelaysFromJson(const Json& json) {
  std::vector<StepDelay> delays;
  for (const Json& each : json) {
    delays.push_back(
        {static_cast<std::size_t>(WholeFromJson(each, "client", 0, static_cast<int>(kMostClients))),
         WholeFromJson(each, "operation", 0, kMaxSafeInteger),
         WholeFromJson(each, "ordinal", 0, kMaxSafeInteger),
         WholeFromJson(each, "ms", 1, kLongestDelayMs)});
  }
  if (delays.size() > kMostDelays) throw std::invalid_argument("there are too many delays");
  return delays;
}

// What a supervised process is not asked to bear.
bool IsDisturbed(const Race& race) {
  for (const Phase& phase : race.phases) {
    if (phase.together) return true;
    for (const Branch& branch : phase.branches) {
      if (branch.kill || branch.stall) return true;
    }
  }
  return race.road != Road::kProcesses;
}

Race SetupFromJson(const Json& json) {
  Race race;
  const auto road = RoadNamed(json.at("road").get<std::string>());
  if (!road) {
    throw std::invalid_argument("road must be processes, threads, instances or inheritance");
  }
  race.road = *road;
  race.scenario = json.value("scenario", "");
  race.aliased = json.value("aliased", false);
  race.machine_clock = json.value("machine_clock", false);
  race.max_entries = WholeFromJson(json, "max_entries", 1, kMaxSafeInteger);
  race.start_ms = WholeFromJson(json, "start_ms", 1, kMaxSafeInteger);
  if (json.contains("default_ttl_ms")) {
    race.default_ttl_ms = WholeFromJson(json, "default_ttl_ms", 0, kMaxSafeInteger);
  }
  if (json.contains("lock_timeout_ms")) {
    race.lock_timeout_ms = WholeFromJson(json, "lock_timeout_ms", 0, kLongestMs);
  }
  return race;
}

}  // namespace

std::string_view RoadName(Road road) {
  switch (road) {
    case Road::kProcesses:
      return "processes";
    case Road::kThreads:
      return "threads";
    case Road::kInstances:
      return "instances";
    case Road::kInheritance:
      return "inheritance";
  }
  return "";
}

std::optional<Road> RoadNamed(std::string_view name) {
  for (const Road road : kAllRoads) {
    if (RoadName(road) == name) return road;
  }
  return std::nullopt;
}

std::size_t Race::CountOperations() const {
  std::size_t count = prefix.size();
  for (const Phase& phase : phases) {
    count += phase.first.size();
    for (const Branch& branch : phase.branches) count += branch.calls.size();
  }
  return count;
}

std::size_t Race::CountClients() const {
  std::size_t most = 1;
  for (const Phase& phase : phases) most = std::max(most, phase.branches.size());
  return most;
}

std::chrono::milliseconds Race::LongestDelay() const {
  std::chrono::milliseconds longest{0};
  for (const StepDelay& delay : delays) longest += std::chrono::milliseconds(delay.ms);
  return longest;
}

Json RaceToJson(const Race& race) {
  Json setup = {{"road", RoadName(race.road)},
                {"max_entries", race.max_entries},
                {"start_ms", race.start_ms}};
  if (!race.scenario.empty()) setup["scenario"] = race.scenario;
  if (race.aliased) setup["aliased"] = true;
  if (race.machine_clock) setup["machine_clock"] = true;
  if (race.default_ttl_ms) setup["default_ttl_ms"] = *race.default_ttl_ms;
  if (race.lock_timeout_ms) setup["lock_timeout_ms"] = *race.lock_timeout_ms;
  for (const StepDelay& delay : race.delays) {
    setup["delays"].push_back({{"client", delay.client},
                               {"operation", delay.operation},
                               {"ordinal", delay.ordinal},
                               {"ms", delay.ms}});
  }
  Json phases = Json::array();
  for (const Phase& phase : race.phases) phases.push_back(PhaseToJson(phase));
  return {{"setup", std::move(setup)},
          {"prefix", OperationsToJson(race.prefix)},
          {"phases", std::move(phases)}};
}

Expected<Race, std::string> RaceFromJson(const Json& json) {
  std::string where = "setup";
  try {
    Race race = SetupFromJson(json.at("setup"));
    where = "prefix";
    race.prefix = OperationsFromJson(json.at("prefix"));
    for (const Json& phase : json.at("phases")) {
      where = "phase " + std::to_string(race.phases.size());
      race.phases.push_back(PhaseFromJson(phase));
    }
    where = "setup";
    if (json["setup"].contains("delays")) race.delays = DelaysFromJson(json["setup"]["delays"]);
    if (!race.delays.empty() && IsDisturbed(race)) {
      throw std::invalid_argument(
          "delays are for processes that nothing kills, stalls or lets go together");
    }
    if (race.CountOperations() == 0) throw std::invalid_argument("there is no call to make");
    return race;
  } catch (const std::exception& error) {
    return Unexpected("program, " + where + ": " + error.what());
  }
}

}  // namespace holdfast::conformance
