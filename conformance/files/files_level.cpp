#include "conformance/files/files_level.h"

#include <algorithm>
#include <memory>

#include "conformance/campaign/conclusion.h"
#include "conformance/campaign/files.h"
#include "conformance/campaign/results_json.h"
#include "conformance/campaign/tally.h"
#include "conformance/campaign/workers.h"
#include "conformance/files/draw_trial.h"
#include "conformance/files/judge_trial.h"
#include "conformance/files/judge_unharmed.h"
#include "conformance/files/shrink_trial.h"
#include "conformance/history/history.h"

namespace holdfast::conformance {
namespace {

using Clock = std::chrono::steady_clock;

// After the first failure the trials go on for so long, or until so many have failed.
constexpr std::chrono::seconds kMoreFailures{3};
constexpr std::uint64_t kMostFailingTrials = 24;
// Failures of different names that are cut down and told.
constexpr std::size_t kMostNames = 4;
constexpr std::chrono::seconds kShrinkTime{6};
constexpr int kRateRuns = 5;
// More trials than this are never needed to meet a floor.
constexpr std::uint64_t kMostTimesPlanned = 50;

constexpr std::string_view kPeerSituation = "hand-over-peer";

// Runs and judges trials one after another.
class Yard {
 public:
  Yard(const Players& players, std::filesystem::path dir) : cast_(players), dir_(std::move(dir)) {}

  struct Outcome {
    Trial trial;  // the one that shows the failure, where there is one
    TrialRun run;
    TrialJudgement judgement;
  };

  Outcome Run(const Trial& trial) {
    Outcome outcome{trial, RunOne(trial), {}};
    if (outcome.run.fault) return outcome;
    outcome.judgement = JudgeTrial(trial, outcome.run);
    if (outcome.judgement.before_harm) outcome.run.rounds.clear();  // no part of the story
    if (outcome.judgement.failure && outcome.judgement.of_answers) TryWithoutHarm(outcome);
    return outcome;
  }

  [[nodiscard]] static std::vector<std::string> Tell(const Outcome& outcome) {
    return TellStory(*outcome.judgement.failure, outcome.trial, outcome.run);
  }

 private:
  TrialRun RunOne(const Trial& trial) {
    const ScratchDir scratch(dir_);
    return RunTrial(trial, cast_, scratch.path());
  }

  // What a store answers wrongly all the same is no work of the harm.
  void TryWithoutHarm(Outcome& outcome) {
    Trial plain = WithoutHarm(outcome.trial);
    TrialRun run = plain == outcome.trial ? outcome.run : RunOne(plain);
    if (run.fault) return;
    auto failure = JudgeUnharmed(plain, run);
    if (!failure) return;
    outcome.judgement.failure = std::move(failure);
    outcome.trial = std::move(plain);
    outcome.run = std::move(run);
  }

  Cast cast_;
  std::filesystem::path dir_;
};

class Campaign {
 public:
  Campaign(const DriverSource& source, const BackendDescription& description,
           const LevelOptions& options)
      : players_{source, options.timeouts, description, options.peer},
        description_(description),
        options_(options),
        scratch_(options.dir),
        tally_(Level::kFiles, ProgramsWithin(options.budget, kTrialsPerMinute), options) {}

  LevelReport Run() {
    LevelReport& report = tally_.report();
    if (description_.capabilities.persistence == Persistence::kNone) {
      report.verdict = Verdict::kNotClaimed;
      report.reason = "the claims leave no files: persistence is none";
      return std::move(report);
    }
    if (!options_.peer && description_.capabilities.format) {
      report.not_arranged[std::string(kPeerSituation)] =
          "no second backend of the format is named (--peer)";
    }
    RunWork({options_.jobs, tally_.planned() * kMostTimesPlanned,
             [this](int worker) { return StartWorker(worker); },
             [this](std::uint64_t number, const Json& result) { return Take(number, result); },
             [this] { return ShouldStop(); }});
    ShrinkAll();
    LevelEnd end;
    end.planned = tally_.planned();
    end.interrupted = tally_.IsInterrupted();
    end.below_floor = BelowFloor();
    Conclude(report, end);
    if (report.verdict == Verdict::kPass) TellNotArranged();
    return tally_.Finish();
  }

 private:
  bool ShouldStop() {
    tally_.Tell("running");
    return tally_.HasLookedOn(kMoreFailures) || tally_.IsInterrupted() || tally_.IsOutOfTime();
  }

  [[nodiscard]] Trial Drawn(std::uint64_t number) const {
    return DrawTrial(options_.seed, number, description_.capabilities, options_.peer.has_value());
  }

  // Runs in the worker process.
  std::function<Json(std::uint64_t)> StartWorker(int worker) {
    const auto dir = scratch_.path() / ("worker-" + std::to_string(worker));
    std::filesystem::create_directory(dir);
    auto yard = std::make_shared<Yard>(players_, dir);
    return [this, yard](std::uint64_t number) {
      const Trial trial = Drawn(number);
      const Yard::Outcome outcome = yard->Run(trial);
      Json result = {{"operations", trial.CountOperations()},
                     {"met", outcome.judgement.met.hits()}};
      if (outcome.judgement.failure) {
        result["failure"] = FailureToJson(*outcome.judgement.failure);
        result["story"] = StoryToJson(Yard::Tell(outcome));
      }
      for (const auto& [situation, why] : outcome.judgement.not_arranged) {
        result["not_arranged"][situation] = why;
      }
      if (outcome.run.fault) result["fault"] = FaultToJson(*outcome.run.fault);
      return result;
    };
  }

  // Runs in the parent, in the order of the trials.
  bool Take(std::uint64_t number, const Json& result) {
    tally_.Count(result);
    if (result.contains("not_arranged")) {
      for (const auto& [situation, why] : result["not_arranged"].items()) {
        tally_.report().not_arranged.emplace(situation, why.get<std::string>());
      }
    }
    if (result.contains("failure")) (void)tally_.TakeFailure(number, result);
    if (result.contains("fault")) {
      const Trial trial = Drawn(number);
      tally_.TakeFault(number, result, TrialToJson(trial), trial.CountOperations());
      return false;
    }
    if (tally_.IsEnough(kMostFailingTrials)) return false;
    return tally_.report().programs < tally_.planned() || !BelowFloor().empty();
  }

  void ShrinkAll() {
    LevelReport& report = tally_.report();
    report.failures = tally_.Release();
    const std::size_t names = std::min(report.failures.size(), kMostNames);
    for (std::size_t at = 0; at < report.failures.size(); ++at) {
      FoundFailure& found = report.failures[at];
      Trial trial = Drawn(found.number);
      tally_.Tell("shrinking");
      if (at < names && options_.shrink && !report.fault && !tally_.IsInterrupted()) {
        trial = Shrink(found, std::move(trial), kShrinkTime / static_cast<int>(names));
      }
      found.operations = trial.CountOperations();
      found.program = TrialToJson(trial);
    }
  }

  Trial Shrink(FoundFailure& found, Trial trial, std::chrono::milliseconds time) {
    Yard yard(players_, scratch_.path());
    const FailureName name = NameOf(found.failure);
    const TrialFails fails = [&](const Trial& candidate) {
      const Yard::Outcome outcome = yard.Run(candidate);
      const auto& failure = outcome.judgement.failure;
      if (!failure || NameOf(*failure) != name) return false;
      found.failure = *failure;
      found.story = Yard::Tell(outcome);
      return true;
    };
    trial = ShrinkTrial(std::move(trial), fails, Clock::now() + time);
    for (; found.rate.runs < kRateRuns && !tally_.IsInterrupted(); ++found.rate.runs) {
      found.rate.failed += fails(trial) ? 1 : 0;
    }
    return trial;
  }

  void TellNotArranged() {
    LevelReport& report = tally_.report();
    for (const Situation& situation : FilesSituations()) {
      const auto found = report.not_arranged.find(std::string(situation.name));
      if (found == report.not_arranged.end() || situation.name == kPeerSituation ||
          report.coverage.Hits(situation.name) >= situation.floor) {
        continue;
      }
      report.reason += (report.reason.empty() ? "not run: " : "; not run: ") +
                       std::string(situation.title) + ": " + found->second;
    }
  }

  [[nodiscard]] std::vector<const Situation*> BelowFloor() const {
    const LevelReport& report = tally_.report();
    auto below = UnmetSituations(FilesSituations(), report.coverage, description_.capabilities);
    std::erase_if(below, [&](const Situation* situation) {
      return report.not_arranged.count(std::string(situation->name)) > 0;
    });
    return below;
  }

  Players players_;
  const BackendDescription& description_;
  const LevelOptions& options_;
  ScratchDir scratch_;
  Tally tally_;
};

}  // namespace

LevelReport RunFilesLevel(const DriverSource& source, const BackendDescription& description,
                          const LevelOptions& options) {
  return Campaign(source, description, options).Run();
}

ProgramReport RunFilesProgram(const Trial& trial, const Players& players,
                              const std::filesystem::path& dir) {
  Yard yard(players, dir);
  Yard::Outcome outcome = yard.Run(trial);
  ProgramReport report;
  report.fault = std::move(outcome.run.fault);
  if (outcome.judgement.failure) report.story = Yard::Tell(outcome);
  report.failure = std::move(outcome.judgement.failure);
  if (report.failure) report.verdict = Verdict::kFail;
  if (report.fault) report.verdict = Verdict::kDriverError;
  return report;
}

}  // namespace holdfast::conformance
