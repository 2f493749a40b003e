#include "conformance/concurrent/concurrent_level.h"

#include <algorithm>
#include <map>
#include <memory>

#include "conformance/campaign/conclusion.h"
#include "conformance/campaign/files.h"
#include "conformance/campaign/results_json.h"
#include "conformance/campaign/tally.h"
#include "conformance/campaign/workers.h"
#include "conformance/concurrent/arena.h"
#include "conformance/concurrent/delay_steps.h"
#include "conformance/concurrent/draw_race.h"
#include "conformance/concurrent/naive_store.h"
#include "conformance/concurrent/shrink_race.h"
#include "conformance/history/history.h"

namespace holdfast::conformance {
namespace {

using Clock = std::chrono::steady_clock;

// After the first failure the races go on for so long, or until so many have failed: the smallest
// story wins.
constexpr std::chrono::seconds kMoreFailures{2};
constexpr std::uint64_t kMostFailingRaces = 12;
// Failures of different names that are cut down and told.
constexpr std::size_t kMostNames = 4;
constexpr std::chrono::seconds kShrinkTime{5};
// The control run.
constexpr std::uint64_t kMostControlRaces = 200;
constexpr std::chrono::seconds kControlTime{10};
// More races than this are never needed to meet a floor.
constexpr std::uint64_t kMostTimesPlanned = 50;
// Each round begins with new processes, so there are to be few of them.
constexpr std::uint64_t kRound = 48;

// Some races take seconds: one so that whoever takes age for death robs a client, the others so
// that whoever waits for ever is seen to. Short budgets do without.
struct SlowRace {
  std::uint64_t number;
  std::string_view aim;
};
constexpr std::string_view kOutwaited = "outwaited";
constexpr SlowRace kSlowRaces[] = {
    {16, kOutwaited}, {28, kOutwaited}, {36, kOutwaited}, {40, "outlasted"}};
constexpr std::chrono::seconds kSlowBudget{40};

// Such races have processes of their own, and take twice the time of others. A fault that two
// system calls leave room for showed in 1 of 250 races without delays and in 93 of 250 with them
// (bench/amplify_bench); one that every second race shows is found as soon without.
constexpr std::uint64_t kAmplifiedOneIn = 3;

class Campaign {
 public:
  Campaign(const DriverSource& source, const BackendDescription& description,
           const LevelOptions& options)
      : source_(source),
        description_(description),
        options_(options),
        reach_{description.capabilities, source.linked != nullptr},
        scratch_(options.dir),
        tally_(Level::kConcurrent, ProgramsWithin(options.budget, kRacesPerMinute), options) {}

  LevelReport Run() {
    if (RoadsOf(reach_).empty()) {
      LevelReport& report = tally_.report();
      report.verdict = Verdict::kNotClaimed;
      report.reason = WhyNoRoad(reach_);
      return std::move(report);
    }
    if (options_.amplify) why_not_amplified_ = WhyNotSupervised().value_or("");
    amplifies_ = options_.amplify && why_not_amplified_.empty();
    RunControl();
    RunRounds();
    ShrinkAll();
    ConcludeLevel();
    return tally_.Finish();
  }

 private:
  // Rounds, so that a round can be aimed at what those before it have not met often enough: which
  // races are drawn depends on what earlier races met, and not on who was faster.
  void RunRounds() {
    const std::uint64_t most = tally_.planned() * kMostTimesPlanned;
    while (is_wanted_ && tally_.report().programs < most && !tally_.IsInterrupted() &&
           !tally_.IsOutOfTime()) {
      const std::uint64_t begin = round_begin_ = tally_.report().programs;
      unmet_ = begin == 0 ? std::vector<const Situation*>{} : BelowFloor();
      if (begin >= tally_.planned() && unmet_.empty()) return;
      const bool is_all_met = begin > 0 && unmet_.empty();
      const std::uint64_t end = is_all_met ? tally_.planned() : std::min(begin + kRound, most);
      RunWork({options_.jobs, end - begin,
               [this, begin](int worker) { return StartWorker(worker, begin); },
               [this, begin](std::uint64_t number, const Json& result) {
                 return is_wanted_ = Take(begin + number, result);
               },
               [this] { return ShouldStop(); }});
      if (tally_.report().programs < end) return;
    }
  }

  // What a race of this round is aimed at: every other one at what is missing, and what is missing
  // most goes first; beyond the plan every one.
  [[nodiscard]] Race Draw(std::uint64_t number) const {
    std::string_view aim;
    const std::uint64_t place = number - round_begin_;
    if (!unmet_.empty() && round_begin_ >= tally_.planned())
      aim = unmet_[place % unmet_.size()]->name;
    if (!unmet_.empty() && round_begin_ < tally_.planned() && place % 2 == 1) {
      aim = unmet_[place / 2 % unmet_.size()]->name;
    }
    for (const SlowRace& slow : kSlowRaces) {
      if (number == slow.number && IsSlow()) aim = slow.aim;
    }
    Race race = DrawRace(options_.seed, number, reach_, aim);
    if (aim == kOutwaited && amplifies_) {
      return WithStallsAtSteps(std::move(race), options_.seed, number);
    }
    // What a race is aimed at, delays could leave out.
    if (!amplifies_ || !aim.empty() || number % kAmplifiedOneIn != 0) return race;
    return WithDelays(std::move(race), options_.seed, number);
  }

  [[nodiscard]] bool IsSlow() const {
    return options_.budget >= kSlowBudget && RoadsOf(reach_).front() == Road::kProcesses;
  }

  bool ShouldStop() {
    tally_.Tell("running");
    return tally_.HasLookedOn(kMoreFailures) || tally_.IsInterrupted() || tally_.IsOutOfTime();
  }

  void RunControl() {
    NaiveBackend naive;
    Arena arena(DriverSource{{}, &naive}, options_.timeouts, std::nullopt, scratch_.path());
    const Reach reach{naive.Describe().capabilities, true};
    const auto end =
        tally_.started() + std::min<Clock::duration>(kControlTime, options_.budget / 4);
    for (std::uint64_t number = 0; number < kMostControlRaces && Clock::now() < end; ++number) {
      if (tally_.IsInterrupted()) return;
      ++control_races_;
      const Arena::Outcome outcome = arena.Run(DrawRace(options_.seed, number, reach));
      if (outcome.judgement.verdict != Verdict::kFail) continue;
      control_caught_ = true;
      return;
    }
  }

  // Runs in the worker process.
  std::function<Json(std::uint64_t)> StartWorker(int worker, std::uint64_t first) {
    const auto dir = scratch_.path() / ("worker-" + std::to_string(worker));
    std::filesystem::create_directory(dir);  // or it is there from an earlier round
    auto arena = std::make_shared<Arena>(source_, options_.timeouts, description_, dir);
    return [this, arena, first](std::uint64_t number) {
      const Race race = Draw(first + number);
      const Arena::Outcome outcome = arena->Run(race);
      Json result = {{"verdict", VerdictName(outcome.judgement.verdict)},
                     {"operations", outcome.run.history.calls.size()},
                     {"met", outcome.judgement.met.hits()}};
      if (outcome.judgement.failure) {
        result["failure"] = FailureToJson(*outcome.judgement.failure);
        result["story"] = StoryToJson(outcome.judgement.story);
        result["core"] = outcome.judgement.core;
        result["history"] = HistoryToJsonLines(outcome.run.history);
        Json places = Json::array();
        for (const CallPlace& place : outcome.run.places) {
          places.push_back({place.phase, place.branch, place.call});
        }
        result["places"] = std::move(places);
      }
      if (outcome.run.fault) result["fault"] = FaultToJson(*outcome.run.fault);
      return result;
    };
  }

  // Runs in the parent, in the order of the races.
  bool Take(std::uint64_t number, const Json& result) {
    tally_.Count(result);
    if (result["verdict"] == VerdictName(Verdict::kInconclusive)) ++undecided_;
    if (result.contains("failure")) TakeFailure(number, result);
    if (result.contains("fault")) {
      const Race race = Draw(number);
      tally_.TakeFault(number, result, RaceToJson(race), race.CountOperations());
      return false;
    }
    if (tally_.IsEnough(kMostFailingRaces)) return false;
    return tally_.report().programs < tally_.planned() || !BelowFloor().empty();
  }

  struct Candidate {
    FoundFailure found;
    FailedRace failed;
  };

  void TakeFailure(std::uint64_t number, const Json& result) {
    Candidate candidate;
    candidate.found.failure = FailureFromJson(result["failure"]);
    candidate.found.number = number;
    candidate.found.story = StoryFromJson(result["story"]);
    candidate.found.history = result["history"].get<std::string>();
    FailedRace& failed = candidate.failed;
    failed.race = Draw(number);
    failed.judgement.failure = candidate.found.failure;
    failed.judgement.story = candidate.found.story;
    result["core"].get_to(failed.judgement.core);
    for (const Json& place : result["places"]) {
      failed.run.places.push_back({place[0], place[1], place[2]});
    }
    if (auto history = ReadHistory(candidate.found.history)) {
      failed.run.history = std::move(*history);
    }
    tally_.CountFailure(candidate.found.failure);
    const FailureName name = NameOf(candidate.found.failure);
    const auto known = by_name_.find(name);
    if (known == by_name_.end()) {
      candidate.found.seen = 1;
      by_name_.emplace(name, std::move(candidate));
      return;
    }
    const std::uint64_t seen = ++known->second.found.seen;
    if (failed.judgement.core.size() >= known->second.failed.judgement.core.size()) return;
    known->second = std::move(candidate);
    known->second.found.seen = seen;
  }

  // The most frequent first: what is seen often is cut down in time.
  void ShrinkAll() {
    std::vector<Candidate> candidates;
    for (auto& [name, candidate] : by_name_) candidates.push_back(std::move(candidate));
    std::sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
      return std::make_pair(b.found.seen, a.found.number) <
             std::make_pair(a.found.seen, b.found.number);
    });
    const auto names = static_cast<int>(std::min(candidates.size(), kMostNames));
    for (std::size_t at = 0; at < candidates.size(); ++at) {
      tally_.Tell("shrinking");
      candidates[at].found.cut_short = options_.shrink && !tally_.report().fault;
      if (at < kMostNames && options_.shrink && !tally_.report().fault && !tally_.IsInterrupted()) {
        Shrink(candidates[at], kShrinkTime / std::max(names, 1));
      }
      FoundFailure& found = candidates[at].found;
      found.program = RaceToJson(candidates[at].failed.race);
      found.operations = candidates[at].failed.judgement.core.size();
      AddFailure(tally_.report().failures, std::move(found));
    }
    std::sort(tally_.report().failures.begin(), tally_.report().failures.end(),
              [](const auto& a, const auto& b) { return a.number < b.number; });
  }

  void Shrink(Candidate& candidate, std::chrono::milliseconds time) {
    Arena arena(source_, options_.timeouts, description_, scratch_.path());
    const TryRace try_race = [&](const Race& race) -> std::optional<FailedRace> {
      Arena::Outcome outcome = arena.Run(race);
      if (outcome.judgement.verdict != Verdict::kFail) return std::nullopt;
      return FailedRace{race, std::move(outcome.run), std::move(outcome.judgement)};
    };
    ShrunkRace shrunk = ShrinkRace(std::move(candidate.failed), try_race, Clock::now() + time,
                                   [this] { return tally_.IsInterrupted(); });
    candidate.found.cut_short = shrunk.cut_short;
    candidate.failed = std::move(shrunk.best);
    candidate.found.rate = shrunk.rate;
    candidate.found.failure = *candidate.failed.judgement.failure;
    candidate.found.story = candidate.failed.judgement.story;
    candidate.found.history = HistoryToJsonLines(candidate.failed.run.history);
  }

  void ConcludeLevel() {
    LevelEnd end;
    end.planned = tally_.planned();
    end.interrupted = tally_.IsInterrupted();
    const std::string races =
        std::to_string(control_races_) + (control_races_ == 1 ? " program" : " programs");
    if (!control_caught_) {
      end.weakness = "a store with a known fault was not caught in " + races +
                     ", so these races say little; a larger budget helps";
    }
    end.below_floor = BelowFloor();
    if (undecided_ > 0) {
      end.undecided = std::to_string(undecided_) + " programs could not be decided in time";
    }
    end.remark = "a store with a known fault was caught after " + races;
    if (!IsSlow() && RoadsOf(reach_).front() == Road::kProcesses) {
      end.remark += "; no client was kept out for seconds (--budget 40s does)";
    }
    Conclude(tally_.report(), end);
    if (!why_not_amplified_.empty() && !tally_.report().reason.empty()) {
      tally_.report().reason += "; no step was delayed: " + why_not_amplified_;
    }
  }

  [[nodiscard]] std::vector<const Situation*> BelowFloor() const {
    auto below = UnmetSituations(ConcurrentSituations(), tally_.report().coverage,
                                 description_.capabilities);
    if (IsSlow()) return below;
    std::erase_if(below, [](const Situation* situation) {
      return std::any_of(std::begin(kSlowRaces), std::end(kSlowRaces),
                         [&](const SlowRace& slow) { return slow.aim == situation->name; });
    });
    return below;
  }

  const DriverSource& source_;
  const BackendDescription& description_;
  const LevelOptions& options_;
  Reach reach_;
  ScratchDir scratch_;
  Tally tally_;
  std::uint64_t round_begin_ = 0;        // the number of the round's first race
  std::vector<const Situation*> unmet_;  // when the round began
  bool amplifies_ = false;               // some races have delays at steps
  std::string why_not_amplified_;        // though it was asked for
  bool is_wanted_ = true;                // more races, by what was found so far
  std::uint64_t control_races_ = 0;
  bool control_caught_ = false;
  std::uint64_t undecided_ = 0;
  std::map<FailureName, Candidate> by_name_;
};

}  // namespace

LevelReport RunConcurrentLevel(const DriverSource& source, const BackendDescription& description,
                               const LevelOptions& options) {
  return Campaign(source, description, options).Run();
}

ProgramReport RunConcurrentProgram(const Race& race, const DriverSource& source,
                                   const DriverTimeouts& timeouts,
                                   const std::filesystem::path& dir) {
  Arena arena(source, timeouts, std::nullopt, dir);
  Arena::Outcome outcome = arena.Run(race);
  ProgramReport report;
  report.fault = std::move(outcome.run.fault);
  report.verdict = report.fault ? Verdict::kDriverError : outcome.judgement.verdict;
  report.failure = std::move(outcome.judgement.failure);
  report.story = std::move(outcome.judgement.story);
  return report;
}

}  // namespace holdfast::conformance
