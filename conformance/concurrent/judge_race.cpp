#include "conformance/concurrent/judge_race.h"

#include <algorithm>
#include <map>
#include <set>

#include "conformance/concurrent/race_record.h"
#include "conformance/concurrent/sight_race.h"
#include "conformance/judge/explain.h"
#include "conformance/judge/judge.h"
#include "conformance/program/printable.h"
#include "conformance/program/program.h"

namespace holdfast::conformance {
namespace {

// Races are small: one that cannot be decided within this is told as undecided.
linear::Budget SearchBudget() { return {20'000'000, std::chrono::seconds(10), 512U << 20U}; }

std::string Title(const std::vector<std::string>& clauses, const std::string& title) {
  std::string text;
  for (const std::string& clause : clauses) text += (text.empty() ? "" : ", ") + clause;
  return text + ": " + title;
}

std::string HowOpened(const Race& race) {
  std::string text = "     clients by the road of " + std::string(RoadName(race.road));
  if (!race.scenario.empty()) text = "     as in " + race.scenario + ":" + text.substr(4);
  if (race.aliased) text += ", every second through a symbolic link";
  if (race.max_entries != Race{}.max_entries) {
    text += ", max_entries " + std::to_string(race.max_entries);
  }
  if (race.default_ttl_ms) text += ", default ttl " + std::to_string(*race.default_ttl_ms);
  return text;
}

std::string ProcessesName(int process) { return "p" + std::to_string(process); }

// How often a client has opened the store anew once the phase is under way.
std::int64_t CountReopened(const Race& race, std::size_t phase) {
  if (phase == CallPlace::kPrefix) return 0;
  const auto until = std::min(phase + 1, race.phases.size());
  return std::count_if(race.phases.begin(),
                       race.phases.begin() + static_cast<std::ptrdiff_t>(until),
                       [](const Phase& each) { return each.reopen; });
}

// Where there are many, those within the calls that are told.
std::vector<std::string> TellDelays(const Race& race, const RaceRun& run,
                                    const std::vector<std::size_t>& told) {
  constexpr std::size_t kMany = 7;
  const bool all = told.empty() || race.delays.size() < kMany;
  std::map<std::size_t, std::int64_t> next;  // by client, whose process nothing replaces
  std::set<std::pair<std::size_t, std::int64_t>> requests;
  for (std::size_t call = 0; call < run.history.calls.size(); ++call) {
    const auto client = static_cast<std::size_t>(run.history.calls[call].process);
    const CallPlace& place = run.places[call];
    const std::size_t phase = place.phase == CallPlace::kBarrier ? place.branch : place.phase;
    const std::int64_t request = kFirstRequest + next[client]++ + CountReopened(race, phase);
    if (std::find(told.begin(), told.end(), call) != told.end()) requests.insert({client, request});
  }
  std::vector<std::string> lines;
  for (const StepDelay& delay : race.delays) {
    if (!all && !requests.contains({delay.client, delay.operation})) continue;
    lines.push_back("     " + ProcessesName(static_cast<int>(delay.client)) + " is held up for " +
                    std::to_string(delay.ms) + " ms before step " + std::to_string(delay.ordinal) +
                    " of request " + std::to_string(delay.operation));
  }
  const std::size_t others = race.delays.size() - lines.size();
  if (others > 0) {
    lines.push_back("     delays in calls that are not told: " + std::to_string(others));
  }
  return lines;
}

// The calls of a run that no explanation tells: the last few.
std::vector<std::string> LastCalls(const RaceRun& run) {
  constexpr std::size_t kShown = 6;
  std::vector<std::string> lines;
  const auto& calls = run.history.calls;
  for (std::size_t at = calls.size() - std::min(kShown, calls.size()); at < calls.size(); ++at) {
    lines.push_back("     " + ProcessesName(calls[at].process) + "  " +
                    Describe(calls[at].operation));
  }
  return lines;
}

// The call that failed and those that overlapped it, as one that was cut off by a kill may have;
// where none did, the last that had returned. Of many those that were under way when it began, and
// the latest of the others. By their beginning.
std::vector<std::size_t> CallsAround(const ConcurrentHistory& history, std::size_t failed) {
  constexpr std::size_t kMostTold = 10;
  constexpr std::size_t kToldBefore = 3;
  std::vector<std::size_t> around;
  std::vector<std::size_t> returned;
  bool is_open = false;
  for (const ConcurrentEvent& event : history.events) {
    if (event.kind == ConcurrentEvent::Kind::kCall) {
      around.push_back(event.call);
      is_open = is_open || event.call == failed;
    } else if (event.kind == ConcurrentEvent::Kind::kReturn) {
      if (event.call == failed) break;
      if (is_open) continue;
      std::erase(around, event.call);
      returned.push_back(event.call);
    }
  }
  if (around.size() == 1) {
    const std::size_t told = std::min(kToldBefore, returned.size());
    around.insert(around.begin(), returned.end() - static_cast<std::ptrdiff_t>(told),
                  returned.end());
  }
  while (around.size() > kMostTold) {
    const auto next = std::next(std::find(around.begin(), around.end(), failed));
    around.erase(next == around.end() ? around.begin() : next);
  }
  std::sort(around.begin(), around.end());
  return around;
}

class Judge {
 public:
  Judge(const Race& race, const RaceRun& run) : race_(race), run_(run) {}

  RaceJudgement Go() {
    if (run_.clock_stepped) return std::move(judgement_);
    judgement_.met = run_.met;
    if (run_.failure) {
      Tell(*run_.failure, LastCalls(run_));
      return std::move(judgement_);
    }
    const HistoryJudgement judged = JudgeHistory(run_.history, SearchBudget());
    SightRace(race_, run_, judged, judgement_.met);
    switch (judged.answer) {
      case linear::Answer::kViolation:
        TellViolation(judged);
        break;
      case linear::Answer::kUnknown:
        judgement_.verdict = Verdict::kInconclusive;
        FindUncalledFor();
        break;
      case linear::Answer::kLinearizable:
        FindUncalledFor();
        break;
    }
    return std::move(judgement_);
  }

 private:
  void Tell(Failure failure, const std::vector<std::string>& middle) {
    judgement_.verdict = Verdict::kFail;
    judgement_.story = {Title(failure.clauses, failure.title), HowOpened(race_)};
    const std::vector<std::string> delays = TellDelays(race_, run_, judgement_.core);
    judgement_.story.insert(judgement_.story.end(), delays.begin(), delays.end());
    judgement_.story.insert(judgement_.story.end(), middle.begin(), middle.end());
    judgement_.story.push_back("     expected " + failure.expected);
    judgement_.story.push_back("     got      " + failure.got);
    judgement_.story = WithoutLookalikes(std::move(judgement_.story));
    judgement_.failure = std::move(failure);
  }

  void TellViolation(const HistoryJudgement& judged) {
    Failure failure{{"CON-1"}, "no order of the calls explains the answers", 0, "an order", "none"};
    std::vector<std::string> middle;
    if (judged.explanation) {
      const Explanation& why = *judged.explanation;
      failure = {why.clauses, why.name, 0, why.expected, why.got};
      for (const std::string& lane : why.lanes) middle.push_back("     " + lane);
      for (const std::string& sentence : why.words) middle.push_back("     " + sentence);
      judgement_.core = why.core;
    }
    if (IsOnlyOfTheWait()) {
      failure.clauses.insert(failure.clauses.begin(), "CLK-1");
      failure.title = "the time was read before the wait for others";
    }
    Tell(std::move(failure), middle);
  }

  // Whether all would be well, had the calls read the time before they waited for one another and
  // for the suite.
  [[nodiscard]] bool IsOnlyOfTheWait() const {
    ConcurrentHistory history = run_.history;
    history.times_in_order = false;
    for (const auto& [call, made_at] : run_.waited) history.calls[call].invoked_ms = made_at;
    return FindVerdict(history, SearchBudget()).answer == linear::Answer::kLinearizable;
  }

  // Refusals that no order explains, since nothing was made to fail.
  void FindUncalledFor() {
    bool after_kill = false;
    for (const ConcurrentEvent& event : run_.history.events) {
      if (event.kind == ConcurrentEvent::Kind::kReaped) after_kill = true;
      if (event.kind != ConcurrentEvent::Kind::kReturn) continue;
      const RecordedCall& call = run_.history.calls[event.call];
      if (!call.result || *call.result) continue;
      const StoreError& error = call.result->error();
      const std::size_t phase = run_.places[event.call].phase;
      const bool alone = phase == CallPlace::kPrefix || phase == CallPlace::kBarrier;
      if (error.code == ErrorCode::kBusy) {
        if (!alone) continue;
        return TellRefused(
            event.call, {after_kill ? "CON-4" : "CON-3"},
            after_kill ? "a dead holder keeps others out" : "busy, while nobody else is at work");
      }
      const bool is_failure = error.code == ErrorCode::kIo ||
                              error.code == ErrorCode::kDurability ||
                              error.code == ErrorCode::kInternal ||
                              error.code == ErrorCode::kCorrupt || error.code == ErrorCode::kClosed;
      if (!is_failure) continue;
      return TellRefused(event.call, {"CON-1", "DUR-6"},
                         "an operation fails, though nothing was made to fail");
    }
  }

  void TellRefused(std::size_t refused, std::vector<std::string> clauses, std::string title) {
    judgement_.core = CallsAround(run_.history, refused);
    std::vector<std::string> lines;
    for (const std::string& lane :
         Lanes(Story(run_.history, judgement_.core, refused), judgement_.core)) {
      lines.push_back("     " + lane);
    }
    const RecordedCall& call = run_.history.calls[refused];
    Tell({std::move(clauses), std::move(title), 0,
          ProcessesName(call.process) + ": " + Describe(call.operation) + " takes effect",
          ErrorInWords(call.result->error())},
         lines);
  }

  const Race& race_;
  const RaceRun& run_;
  RaceJudgement judgement_;
};

}  // namespace

RaceJudgement JudgeRace(const Race& race, const RaceRun& run) { return Judge(race, run).Go(); }

}  // namespace holdfast::conformance
