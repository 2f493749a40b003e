#include "conformance/drill/drill_campaign.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "conformance/campaign/conclusion.h"
#include "conformance/campaign/files.h"
#include "conformance/campaign/results_json.h"
#include "conformance/campaign/workers.h"
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
        started_(Clock::now()),
        planned_(std::max<std::uint64_t>(1, level.drills_per_minute *
                                                static_cast<std::uint64_t>(options.budget.count()) /
                                                60'000)) {}

  LevelReport Run() {
    report_.level = level_.level;
    if (description_.capabilities.persistence == Persistence::kNone) {
      return NotRun(Verdict::kNotClaimed, "nothing outlives a process: persistence is none");
    }
    if (const auto why = WhyNotSupervised()) return NotRun(Verdict::kNotRun, *why);
    if (const auto why = WhyKeptElsewhere(GroundIn(scratch_.path())))
      return NotRun(Verdict::kNotRun, *why);
    RunWork({options_.jobs, planned_ * kMostTimesPlanned,
             [this](int worker) { return StartWorker(worker); },
             [this](std::uint64_t number, const Json& result) { return Take(number, result); },
             [this] { return ShouldStop(); }});
    ShrinkAll();
    LevelEnd end;
    end.planned = planned_;
    end.interrupted = IsInterrupted();
    end.below_floor = BelowFloor();
    end.undecided = undecided_;
    Conclude(report_, end);
    if (level_.finish != nullptr) level_.finish(report_, description_.capabilities);
    report_.seconds = std::chrono::duration<double>(Clock::now() - started_).count();
    return std::move(report_);
  }

 private:
  LevelReport NotRun(Verdict verdict, std::string reason) {
    report_.verdict = verdict;
    report_.reason = std::move(reason);
    return std::move(report_);
  }
  [[nodiscard]] bool IsInterrupted() const {
    return options_.is_interrupted && options_.is_interrupted();
  }

  [[nodiscard]] Clock::time_point End() const { return started_ + options_.budget; }

  bool ShouldStop() {
    Tell("running");
    if (first_failure_ && Clock::now() - *first_failure_ >= kMoreFailures) return true;
    return IsInterrupted() || Clock::now() >= End() + kLastStrike;
  }

  void Tell(std::string_view phase) {
    if (!options_.on_progress) return;
    options_.on_progress({report_.programs, std::max(planned_, report_.programs), failing_, phase});
  }

  [[nodiscard]] Drill Drawn(std::uint64_t number) const {
    return level_.draw(options_.seed, number, description_.capabilities);
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
      if (Clock::now() >= End()) return Json{{"late", true}};
      const Drill drill = Drawn(number);
      const DrillOutcome outcome = RunIn(dir, drill, End());
      Json result = {
          {"operations", drill.CountOperations() * std::max<std::uint64_t>(1, outcome.strikes)},
          {"met", outcome.met.hits()}};
      if (!outcome.outages.empty()) result["outages"] = OutageRowsToJson(outcome.outages);
      if (outcome.failure) {
        result["failure"] = FailureToJson(*outcome.failure);
        result["story"] = StoryToJson(outcome.story);
        result["failing"] = DrillToJson(outcome.failing);
      }
      if (outcome.fault) result["fault"] = FaultToJson(*outcome.fault);
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
    ++report_.programs;
    report_.operations += result["operations"].get<std::uint64_t>();
    for (const auto& [situation, hits] : result["met"].items()) {
      report_.coverage.Add(situation, hits.get<std::uint64_t>());
    }
    if (result.contains("outages")) {
      AddRows(report_.outages, OutageRowsFromJson(result["outages"]));
      is_certifiable_ = std::none_of(report_.outages.begin(), report_.outages.end(),
                                     [](const OutageRow& row) { return row.not_certifiable; });
    }
    if (result.contains("undecided") && undecided_.empty()) {
      undecided_ = TextAsBytes(result["undecided"].get<std::string>());
    }
    if (result.contains("failure")) TakeFailure(number, result);
    if (result.contains("fault")) {
      report_.fault = FaultFromJson(result["fault"]);
      TakeFaulty(number);
      return false;
    }
    if (is_enough_ || unexpected_ >= kMostFailingDrills) return false;
    return report_.programs < planned_ || (is_certifiable_ && !BelowFloor().empty());
  }

  // What the driver was asked before it was at fault.
  void TakeFaulty(std::uint64_t number) {
    FoundFailure found;
    found.failure = FailureOf(*report_.fault, 0);
    found.number = number;
    const Drill drill = Drawn(number);
    found.program = DrillToJson(drill);
    found.operations = drill.CountOperations();
    found.story = {found.failure.clauses.front() + ": " + found.failure.title,
                   "     got      " + found.failure.got};
    report_.faulty = std::move(found);
  }

  void TakeFailure(std::uint64_t number, const Json& result) {
    ++failing_;
    FoundFailure found;
    found.failure = FailureFromJson(result["failure"]);
    found.number = number;
    found.seen = 1;
    found.story = StoryFromJson(result["story"]);
    found.program = result["failing"];
    if (!options_.is_expected || !options_.is_expected(found.failure)) {
      ++unexpected_;
      if (!first_failure_) first_failure_ = Clock::now();
    }
    const auto [known, is_new] = by_name_.emplace(NameOf(found.failure), found);
    if (!is_new) ++known->second.seen;
    is_enough_ = is_enough_ || (options_.is_enough && options_.is_enough(found.failure));
  }

  void ShrinkAll() {
    std::vector<FoundFailure> found;
    for (auto& [name, failure] : by_name_) found.push_back(std::move(failure));
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.number < b.number; });
    const std::size_t names = std::min(found.size(), kMostNames);
    for (std::size_t at = 0; at < found.size(); ++at) {
      Tell("shrinking");
      if (at < names && options_.shrink && !report_.fault && !IsInterrupted()) {
        Shrink(found[at], level_.shrink_time / static_cast<int>(names));
      }
      const Drill drill = DrillFromJson(found[at].program).value();
      found[at].operations = drill.CountOperations();
      if (!drill.approach) found[at].story.emplace_back(kTakesOtherSteps);
      AddFailure(report_.failures, std::move(found[at]));
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
    whole.profile = DrillFromJson(found.program).value().profile;
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
    for (; found.rate.runs < kRateRuns && goes_on() && !IsInterrupted(); ++found.rate.runs) {
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
    return UnmetSituations(*level_.situations, report_.coverage, description_.capabilities);
  }

  const DrillLevel& level_;
  const DriverSource& source_;
  const BackendDescription& description_;
  const LevelOptions& options_;
  ScratchDir scratch_;
  ScratchDir memory_;
  Clock::time_point started_;
  std::uint64_t planned_;
  LevelReport report_;
  std::uint64_t failing_ = 0;
  std::uint64_t unexpected_ = 0;
  std::string undecided_;
  bool is_enough_ = false;
  bool is_certifiable_ = true;  // else no number of drills meets a floor
  std::optional<Clock::time_point> first_failure_;
  std::map<FailureName, FoundFailure> by_name_;
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
