#include "conformance/power/outage_trial.h"

#include <algorithm>

#include "conformance/drill/tell_drill.h"
#include "conformance/power/outage_cause.h"

namespace holdfast::conformance {
namespace {

constexpr const char* kAfter = "a loss of power";

std::size_t CountLost(const power::Way& way) {
  return static_cast<std::size_t>(std::count_if(
      way.choices.begin(), way.choices.end(),
      [](const power::Choice& choice) { return choice.fate != power::Fate::kWhole; }));
}

// How far a way is from the two that are most telling: all is there, or nothing is.
std::size_t DistanceOf(const power::Way& way) {
  const auto there = static_cast<std::size_t>(std::count_if(
      way.choices.begin(), way.choices.end(),
      [](const power::Choice& choice) { return choice.fate != power::Fate::kAbsent; }));
  return std::min(CountLost(way), there);
}

// The nearest of them, and of those that are equally near some from every point.
std::vector<power::DiskState> MostTelling(const std::vector<power::DiskState>& states,
                                          std::size_t count) {
  if (states.size() <= count) return states;
  std::map<std::size_t, std::vector<std::size_t>> by_distance;
  for (std::size_t at = 0; at < states.size(); ++at) {
    by_distance[DistanceOf(states[at].latest)].push_back(at);
  }
  std::vector<std::size_t> chosen;
  for (const auto& [distance, equal] : by_distance) {
    for (const std::size_t at : Spread(equal, count - chosen.size())) chosen.push_back(at);
  }
  std::sort(chosen.begin(), chosen.end());
  std::vector<power::DiskState> telling;
  for (const std::size_t at : chosen) telling.push_back(states[at]);
  return telling;
}

}  // namespace

OutageTrial::OutageTrial(const TriedRun& run, StateOpener& opener) : run_(run), opener_(opener) {
  for (std::uint64_t k = 0; k <= run.trace.steps.size(); ++k) {
    answers_.push_back(AnswersBefore(run.trace, k));
  }
}

Expected<TrialResult, NotOpened> OutageTrial::Under(power::Profile profile,
                                                    const power::Bounds& bounds,
                                                    std::size_t most_states) {
  auto states = power::Enumerate(run_.trace, run_.start, profile, bounds);
  if (!states) return Unexpected(NotOpened{std::nullopt, std::move(states.error())});
  TrialResult result;
  result.states = std::move(*states);
  result.row.profile = power::ProfileName(profile);
  result.row.programs = 1;
  result.row.not_certifiable = result.states.not_certifiable;
  if (result.row.not_certifiable) return result;
  result.row.generated = result.states.generated;
  const bool is_all = result.states.exhaustive && result.states.states.size() <= most_states;
  result.states.states = MostTelling(result.states.states, most_states);
  result.row.states = result.states.states.size();
  result.row.sampled = is_all ? 0 : 1;
  if (auto judged = JudgeAll(result); !judged) return Unexpected(std::move(judged.error()));
  const auto confirmed = Confirm(result);
  if (!confirmed) return Unexpected(confirmed.error());
  if (!*confirmed) {
    opener_.OneProcessEach();
    opened_.clear();
    judged_.clear();
    result.row.worst = Outage::kHarmless;
    result.row.example.reset();
    result.worst.reset();
    result.hangs = false;
    result.row.states = result.states.states.size();
    result.row.sampled = is_all ? 0 : 1;
    if (auto judged = JudgeAll(result); !judged) return Unexpected(std::move(judged.error()));
  }
  return result;
}

// A store that hangs once would hang in most of them, for as long each time.
Expected<void, NotOpened> OutageTrial::JudgeAll(TrialResult& result) {
  std::uint64_t judged = 0;
  for (const power::DiskState& state : result.states.states) {
    ++judged;
    std::vector<const power::Way*> ways = {&state.latest};
    if (AnswersAt(state.earliest) != AnswersAt(state.latest)) ways.push_back(&state.earliest);
    for (const power::Way* way : ways) {
      auto verdict = JudgeAt(result.states, state, *way);
      if (!verdict) return Unexpected(std::move(verdict.error()));
      result.hangs = verdict->hangs;
      if (verdict->failure) Take(result, std::move(*verdict), *way);
      if (!result.hangs) continue;
      if (judged < result.row.states) result.row.sampled = 1;
      result.row.states = judged;
      return {};
    }
  }
  return {};
}

Expected<StateVerdict, NotOpened> OutageTrial::JudgeAt(const power::DiskStates& states,
                                                       const power::DiskState& state,
                                                       const power::Way& way) {
  const auto known = judged_.find({state.hash, AnswersAt(way)});
  if (known != judged_.end()) return known->second;
  auto seen = opened_.find(state.hash);
  if (seen == opened_.end()) {
    auto opened = opener_.Open(states.TreeOf(state));
    if (!opened) return Unexpected(std::move(opened.error()));
    seen = opened_.emplace(state.hash, std::move(*opened)).first;
  }
  StateVerdict verdict = Judge(seen->second, way);
  judged_[{state.hash, AnswersAt(way)}] = verdict;
  return verdict;
}

StateVerdict OutageTrial::Judge(const OpenedState& opened, const power::Way& way) const {
  return JudgeState(opened, {OwedAtPoint(way), run_.attempts, run_.usual_names});
}

void OutageTrial::Take(TrialResult& result, StateVerdict verdict, const power::Way& way) const {
  result.row.worst = std::max(result.row.worst, verdict.outage);
  LosingState example = ExampleOf(result, verdict, way);
  if (result.row.example && !IsBetterExample(example, *result.row.example)) return;
  result.row.example = std::move(example);
  result.worst = LostState{std::move(*verdict.failure), way};
}

// The example that is told must show in a process that has opened nothing before.
Expected<bool, NotOpened> OutageTrial::Confirm(TrialResult& result) {
  if (!result.worst || opener_.is_one_each()) return true;
  auto afresh = opener_.OpenAfresh(result.states.TreeOf(result.worst->way));
  if (!afresh) return Unexpected(std::move(afresh.error()));
  return Judge(*afresh, result.worst->way).failure.has_value();
}

LosingState OutageTrial::ExampleOf(const TrialResult& result, const StateVerdict& verdict,
                                   const power::Way& way) const {
  LosingState example;
  example.outage = verdict.outage;
  example.calls = TellCalls(run_.told_first);
  example.calls.insert(example.calls.end(), run_.before.begin(), run_.before.end());
  const SeenProcess seen = SeenUpTo(way);
  for (const DrillCall& call : seen.calls) example.calls.push_back(TellCall(call));
  example.crash_point = PointInWords(way);
  example.fates = power::Tell(result.states, way);
  example.expected = verdict.failure->expected;
  example.found = verdict.failure->got;
  example.cause = CauseOf(result.states, way, run_.trace);
  example.operations = run_.told_first.size() + seen.calls.size();
  example.lost = CountLost(way);
  return example;
}

Owed OutageTrial::OwedAtPoint(const power::Way& way) const {
  Owed owed = OwedAt(AnswersAt(way), run_.base, run_.seen, kAfter);
  owed.kept = owed.works = "DUR-4";
  return owed;
}

SeenProcess OutageTrial::SeenUpTo(const power::Way& way) const {
  SeenProcess seen = run_.seen;
  const std::size_t answers = AnswersAt(way);
  const std::size_t done = answers < kAnswersBeforeCalls ? 0 : answers - kAnswersBeforeCalls;
  if (seen.calls.size() > done) {
    seen.calls.resize(answers < kAnswersBeforeCalls ? 0 : done + 1);
    if (!seen.calls.empty()) seen.calls.back().result.reset();
  }
  return seen;
}

std::string OutageTrial::PointInWords(const power::Way& way) const {
  if (way.at.step >= run_.trace.steps.size()) return "after its last step";
  const trace::Step& step = run_.trace.steps[way.at.step];
  return "before step " + std::to_string(step.number) + " has ended: " + TellWhat(step);
}

std::vector<std::string> OutageTrial::TellWay(const power::DiskStates& states,
                                              const power::Way& way, power::Profile profile) const {
  return {"the power goes " + PointInWords(way), "which leaves, by the rules " +
                                                     std::string(power::ProfileName(profile)) +
                                                     ": " + power::Tell(states, way)};
}

std::size_t OutageTrial::AnswersAt(const power::Way& way) const {
  return answers_.at(std::min<std::uint64_t>(way.at.step, run_.trace.steps.size()));
}

}  // namespace holdfast::conformance
