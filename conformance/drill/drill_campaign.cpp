#include "conformance/drill/drill_campaign.h"

#include <algorithm>
#include <stdexcept>

#include "conformance/campaign/conclusion.h"
#include "conformance/campaign/files.h"
#include "conformance/campaign/results_json.h"
#include "conformance/campaign/tally.h"
#include "conformance/campaign/workers.h"
#include "conformance/drill/aim.h"
#include "conformance/drill/kept_elsewhere.h"
#include "conformance/drill/shrink_drill.h"
#include "conformance/supervise/supervision.h"

namespace holdfast::conformance {
namespace {

using Clock = std::chrono::steady_clock;

// After the first failure the drills go on for so long, or until so many have failed.
constexpr std::chrono::seconds kMoreFailures{4};
constexpr std::uint64_t kMostFailingDrills = 12;
// Failures of different names that are cut down and told.
constexpr std::size_t kMostNames = 4;
constexpr int kRateRuns = 5;
constexpr std::chrono::seconds kRateTime{10};
// Drills are under way when the budget ends: so long they may take to end their last strike.
constexpr std::chrono::seconds kLastStrike{5};
// A process may be run so often until it takes the way that was recorded.
constexpr int kMostTries = 3;
constexpr const char* kTakesOtherSteps =
    "     (its steps differ from run to run: another run may be struck at another one)";
// More drills than this are never needed to meet a floor.
constexpr std::uint64_t kMostTimesPlanned = 20;

class Campaign {
 public:
  Campaign(const DrillLevel& level, const DriverSource& source,
           const BackendDescription& description, const LevelOptions& options)
      : level_(level),
        source_(source),
        description_(description),
        options_(options),
        scratch_(options.dir),
        memory_(MemoryOr(options.dir)),
        tally_(level.level, ProgramsWithin(options.budget, level.drills_per_minute), options) {}

  LevelReport Run() {
    if (description_.capabilities.persistence == Persistence::kNone) {
      return NotRun(Verdict::kNotClaimed, "nothing outlives a process: persistence is none");
    }
    if (const auto why = WhyNotSupervised()) return NotRun(Verdict::kNotRun, *why);
    if (const auto why = WhyKeptElsewhere(GroundIn(scratch_.path())))
      return NotRun(Verdict::kNotRun, *why);
    RunWork({options_.jobs, tally_.planned() * kMostTimesPlanned,
             [this](int worker) { return StartWorker(worker); },
             [this](std::uint64_t number, const Json& result) { return Take(number, result); },
             [this] { return ShouldStop(); }});
    ShrinkAll();
    LevelEnd end;
    end.planned = tally_.planned();
    end.interrupted = tally_.IsInterrupted();
    end.below_floor = BelowFloor();
    end.undecided = undecided_;
    Conclude(tally_.report(), end);
    if (level_.finish != nullptr) level_.finish(tally_.report(), description_.capabilities);
    return tally_.Finish();
  }

 private:
  LevelReport NotRun(Verdict verdict, std::string reason) {
    LevelReport& report = tally_.report();
    report.verdict = verdict;
    report.reason = std::move(reason);
    return std::move(report);
  }

  bool ShouldStop() {
    tally_.Tell("running");
    return tally_.HasLookedOn(kMoreFailures) || tally_.IsInterrupted() ||
           Clock::now() >= tally_.end() + kLastStrike;
  }

  [[nodiscard]] Drill Drawn(std::uint64_t number) const {
    return level_.draw(options_.seed, number, description_.capabilities);
  }

  [[nodiscard]] Drill AimedIn(const std::filesystem::path& dir, Drill drill) const {
    DrillGround ground = GroundIn(dir);
    ground.deadline = tally_.end();
    return Aimed(std::move(drill), ground);
  }

  [[nodiscard]] DrillGround GroundIn(const std::filesystem::path& dir) const {
    return {source_, options_.timeouts, description_, dir, memory_.path()};
  }

  [[nodiscard]] DrillOutcome RunIn(const std::filesystem::path& dir, const Drill& drill,
                                   Clock::time_point deadline = Clock::time_point::max()) const {
    const ScratchDir scratch(dir);
    DrillGround ground = GroundIn(scratch.path());
    ground.deadline = deadline;
    return level_.run(drill, ground);
  }

  // Runs in the worker process.
  std::function<Json(std::uint64_t)> StartWorker(int worker) {
    const auto dir = scratch_.path() / ("worker-" + std::to_string(worker));
    std::filesystem::create_directory(dir);
    return [this, dir](std::uint64_t number) {
      if (tally_.IsOutOfTime()) return Json{{"late", true}};
      const Drill drill = AimedIn(dir, Drawn(number));
      const DrillOutcome outcome = RunIn(dir, drill, tally_.end());
      Json result = {
          {"operations",
           drill.fill.size() + drill.calls.size() * std::max<std::uint64_t>(1, outcome.strikes)},
          {"met", outcome.met.hits()}};
      if (!outcome.outages.empty()) result["outages"] = OutageRowsToJson(outcome.outages);
      if (outcome.failure) {
        result["failure"] = FailureToJson(*outcome.failure);
        result["story"] = StoryToJson(outcome.story);
        result["failing"] = DrillToJson(outcome.failing);
      }
      if (outcome.fault) {
        result["fault"] = FaultToJson(*outcome.fault);
        result["program"] = DrillToJson(drill);
      }
      if (outcome.undecided) result["undecided"] = BytesAsText(*outcome.undecided);
      if (outcome.difference) result["difference"] = BytesAsText(*outcome.difference);
      return result;
    };
  }

  // Runs in the parent, in the order of the drills.
  bool Take(std::uint64_t number, const Json& result) {
    if (result.contains("late")) return false;
    if (result.contains("difference")) {
      throw std::logic_error("level " + std::string(LevelName(level_.level)) + ", drill " +
                             std::to_string(number) +
                             ": what was derived is not what a real kill left: " +
                             result["difference"].get<std::string>());
    }
    tally_.Count(result);
    if (result.contains("outages")) {
      std::vector<OutageRow>& rows = tally_.report().outages;
      AddRows(rows, OutageRowsFromJson(result["outages"]));
      is_certifiable_ = std::none_of(rows.begin(), rows.end(),
                                     [](const OutageRow& row) { return row.not_certifiable; });
    }
    if (result.contains("undecided") && undecided_.empty()) {
      undecided_ = TextAsBytes(result["undecided"].get<std::string>());
    }
    if (result.contains("failure")) {
      if (FoundFailure* found = tally_.TakeFailure(number, result)) {
        found->program = result["failing"];
      }
    }
    if (result.contains("fault")) {
      const Json& program = result["program"];
      tally_.TakeFault(number, result, program, DrillFromJson(program).value().CountOperations());
      return false;
    }
    if (tally_.IsEnough(kMostFailingDrills)) return false;
    return tally_.report().programs < tally_.planned() ||
           (is_certifiable_ && !BelowFloor().empty());
  }

  void ShrinkAll() {
    LevelReport& report = tally_.report();
    std::vector<FoundFailure> found = tally_.Release();
    const std::size_t names = std::min(found.size(), kMostNames);
    for (std::size_t at = 0; at < found.size(); ++at) {
      tally_.Tell("shrinking");
      if (at < names && options_.shrink && !report.fault && !tally_.IsInterrupted()) {
        Shrink(found[at], level_.shrink_time / static_cast<int>(names));
      }
      const Drill drill = DrillFromJson(found[at].program).value();
      found[at].operations = drill.CountOperations();
      if (!drill.approach) found[at].story.emplace_back(kTakesOtherSteps);
      AddFailure(report.failures, std::move(found[at]));
    }
  }

  void Shrink(FoundFailure& found, std::chrono::milliseconds time) {
    const FailureName name = NameOf(found.failure);
    const auto take = [&](const DrillOutcome& outcome) {
      if (!outcome.failure || NameOf(*outcome.failure) != name) return false;
      found.failure = *outcome.failure;
      found.story = outcome.story;
      return true;
    };
    const auto deadline = Clock::now() + time;
    Drill whole = Drawn(found.number);
    Drill failing = DrillFromJson(found.program).value();
    whole.fill = std::move(failing.fill);
    whole.calls = std::move(failing.calls);
    whole.profile = std::move(failing.profile);
    (void)ShrinkDrill(
        whole,
        [&](const Drill& candidate) {
          const DrillOutcome outcome = RunIn(scratch_.path(), candidate);
          if (!take(outcome)) return false;
          found.program = DrillToJson(outcome.failing);
          return true;
        },
        deadline);
    found.cut_short = Clock::now() >= deadline;
    Drill smallest = DrillFromJson(found.program).value();
    const auto rate_end = Clock::now() + kRateTime;  // one that hangs is not run five times
    const auto goes_on = [&] { return found.rate.runs == 0 || Clock::now() < rate_end; };
    for (; found.rate.runs < kRateRuns && goes_on() && !tally_.IsInterrupted(); ++found.rate.runs) {
      DrillOutcome outcome = RunIn(scratch_.path(), smallest);
      if (outcome.has_parted) {
        smallest.approach.reset();
        smallest.recovery_approach.reset();
        outcome = RunIn(scratch_.path(), smallest);
      }
      found.rate.failed += take(outcome) ? 1 : 0;
    }
    found.program = DrillToJson(smallest);
  }

  [[nodiscard]] std::vector<const Situation*> BelowFloor() const {
    return UnmetSituations(*level_.situations, tally_.report().coverage, description_.capabilities);
  }

  const DrillLevel& level_;
  const DriverSource& source_;
  const BackendDescription& description_;
  const LevelOptions& options_;
  ScratchDir scratch_;
  ScratchDir memory_;
  Tally tally_;
  std::string undecided_;
  bool is_certifiable_ = true;  // else no number of drills meets a floor
};

}  // namespace

LevelReport RunDrillLevel(const DrillLevel& level, const DriverSource& source,
                          const BackendDescription& description, const LevelOptions& options) {
  return Campaign(level, source, description, options).Run();
}

ProgramReport RunDrillProgram(const DrillLevel& level, const Drill& drill,
                              const DriverSource& source, const DriverTimeouts& timeouts,
                              const std::filesystem::path& dir) {
  const ScratchDir scratch(dir);
  ProgramReport report;
  Session session(source, timeouts);
  auto running = session.Running();
  if (!running) {
    report.fault = std::move(running.error());
    report.verdict = Verdict::kDriverError;
    return report;
  }
  const BackendDescription description = (*running)->description();
  session.Kill();
  const ScratchDir memory(MemoryOr(dir));
  DrillOutcome outcome;
  for (int run = 0; run < kMostTries && (run == 0 || outcome.has_parted); ++run) {
    const ScratchDir folder(scratch.path());
    outcome = level.run(drill, {source, timeouts, description, folder.path(), memory.path()});
  }
  if (outcome.difference) throw std::logic_error(*outcome.difference);
  report.failure = std::move(outcome.failure);
  report.story = std::move(outcome.story);
  report.fault = std::move(outcome.fault);
  if (outcome.undecided) {
    report.verdict = Verdict::kInconclusive;
    report.reason = std::move(*outcome.undecided);
  }
  if (report.failure) report.verdict = Verdict::kFail;
  if (report.fault && !report.failure) report.verdict = Verdict::kDriverError;
  return report;
}

}  // namespace holdfast::conformance
