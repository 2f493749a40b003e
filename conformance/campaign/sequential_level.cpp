#include "conformance/campaign/sequential_level.h"

#include <algorithm>
#include <map>
#include <memory>

#include "conformance/campaign/conclusion.h"
#include "conformance/campaign/files.h"
#include "conformance/campaign/results_json.h"
#include "conformance/campaign/run_program.h"
#include "conformance/campaign/sequential_program.h"
#include "conformance/campaign/tally.h"
#include "conformance/campaign/workers.h"
#include "conformance/check/sequential.h"
#include "conformance/program/generate.h"
#include "conformance/program/shrink.h"

namespace holdfast::conformance {
namespace {

using Clock = std::chrono::steady_clock;

// A store that fails this often is known well enough.
constexpr std::uint64_t kMostFailingPrograms = 24;
// Failures of different names that are shrunk and told.
constexpr std::size_t kMostNames = 8;
constexpr std::chrono::seconds kShrinkTime{6};
constexpr int kRateRuns = 3;
// The first round of programs is drawn before anything is known; each later one makes up for what
// those before it left out. Each begins with new processes, so there are to be few of them.
constexpr std::uint64_t kShortestRound = 16;
constexpr std::uint64_t kShareOfRound = 4;  // of the programs before it
// A budget of few programs goes into what is missing. Of many, half go on being drawn from all that
// there is, should something be missing that cannot be made up for.
constexpr std::uint64_t kAllAimed = 128;
// Beyond the plan, only what is still missing is drawn.
constexpr std::uint64_t kExtraRound = kShortestRound;
// A driver that has not finished a program for so long may be hanging.
constexpr std::chrono::milliseconds kSilence{250};
// Where a store is silent, each try costs the deadline. A short one does to cut the program down:
// what comes of it is run again with longer ones before it is believed.
constexpr std::chrono::milliseconds kShrinkDeadline{500};
constexpr std::chrono::seconds kShrinkSilenceTime{10};

// Runs programs one after another on one driver process, each below a folder of its own.
class Bench {
 public:
  Bench(const DriverSource& source, const DriverTimeouts& timeouts,
        const BackendDescription& description, std::filesystem::path dir)
      : session_(source, timeouts, description),
        capabilities_(description.capabilities),
        dir_(std::move(dir)) {}

  Judgement Judge(const Program& program, std::optional<DriverFault>& fault) {
    const ScratchDir scratch(dir_);
    const Run run = RunProgram(program, session_, scratch.path());
    fault = run.fault;
    last_step_ = run.history.empty() ? 0 : run.history.back().step;
    return JudgeSequential(run.history, capabilities_);
  }

  // How far the last program came.
  [[nodiscard]] std::size_t last_step() const { return last_step_; }

 private:
  Session session_;
  Capabilities capabilities_;
  std::filesystem::path dir_;
  std::size_t last_step_ = 0;
};

// The level as the parent sees it.
class Campaign {
 public:
  Campaign(const DriverSource& source, const BackendDescription& description,
           const LevelOptions& options)
      : source_(source),
        description_(description),
        capabilities_(description.capabilities),
        options_(options),
        scratch_(options.dir),
        tally_(Level::kSequential, ProgramsWithin(options.budget, kSequentialProgramsPerMinute),
               options) {}

  LevelReport Run() {
    const std::uint64_t asked = tally_.planned();
    RunRounds();
    if (silent_) ProveSilence();
    ShrinkAll();
    ConcludeLevel(asked);
    return tally_.Finish();
  }

 private:
  // Rounds, so that a round can be aimed at what those before it have not met often enough: which
  // programs are drawn depends on what earlier programs met, and not on who was faster.
  void RunRounds() {
    while (is_wanted_ && !tally_.IsInterrupted()) {
      const std::uint64_t begin = round_begin_ = tally_.report().programs;
      unmet_ = begin == 0 ? std::vector<const Situation*>{} : BelowFloor();
      is_extra_ = begin >= tally_.planned();
      if (is_extra_ && (unmet_.empty() || tally_.IsOutOfTime())) return;
      if (is_extra_) tally_.Extend(kExtraRound);
      const std::uint64_t length = std::max(kShortestRound, begin / kShareOfRound);
      const std::uint64_t end = std::min(tally_.planned(), begin + length);
      RunWork({options_.jobs, end - begin,
               [this, begin](int worker) { return StartWorker(worker, begin); },
               [this, begin](std::uint64_t number, const Json& result) {
                 return is_wanted_ = Take(begin + number, result);
               },
               [this] { return ShouldStop(); }});
      if (tally_.report().programs < end) return;
    }
  }

  // What a program of this round is aimed at: what is missing, and what is missing most goes first.
  [[nodiscard]] std::string_view AimOf(std::uint64_t number) const {
    if (unmet_.empty()) return "";
    const std::uint64_t place = number - round_begin_;
    if (is_extra_ || round_begin_ < kAllAimed) return unmet_[place % unmet_.size()]->name;
    return place % 2 == 0 ? "" : unmet_[place / 2 % unmet_.size()]->name;
  }

  [[nodiscard]] Program Generate(std::uint64_t number) const {
    return GenerateProgram(options_.seed, number, capabilities_, AimOf(number));
  }

  // At the end of the budget a driver that has not answered for a while may be about to be found at
  // fault, which is worth a wait.
  bool ShouldStop() {
    tally_.Tell("running");
    if (tally_.IsInterrupted()) return true;
    if (!tally_.IsOutOfTime()) return false;
    const auto silent = Clock::now() - taken_at_;
    const bool is_answering = tally_.report().programs > 0 && silent < kSilence;
    return is_answering || silent > options_.timeouts.hello + options_.timeouts.reply;
  }

  // Runs in the worker process.
  std::function<Json(std::uint64_t)> StartWorker(int worker, std::uint64_t first) {
    const auto dir = scratch_.path() / ("worker-" + std::to_string(worker));
    std::filesystem::create_directory(dir);  // or it is there from an earlier round
    auto bench = std::make_shared<Bench>(source_, options_.timeouts, description_, dir);
    return [this, bench, first](std::uint64_t number) {
      const Program program = Generate(first + number);
      std::optional<DriverFault> fault;
      const Judgement judgement = bench->Judge(program, fault);
      Json result = {{"verdict", VerdictName(judgement.verdict)},
                     {"operations", program.CountOperations()},
                     {"met", judgement.coverage.hits()}};
      if (judgement.failure) result["failure"] = FailureToJson(*judgement.failure);
      if (fault) {
        result["fault"] = FaultToJson(*fault);
        result["step"] = bench->last_step();
        result["silence"] = judgement.is_silence;
      }
      return result;
    };
  }

  // Runs in the parent, in the order of the programs.
  bool Take(std::uint64_t number, const Json& result) {
    taken_at_ = Clock::now();
    tally_.Count(result);
    if (result["verdict"] == VerdictName(Verdict::kInconclusive)) ++inconclusive_programs_;
    if (result.value("silence", false)) {
      silent_ = FoundFailure();
      silent_->failure = FailureFromJson(result["failure"]);
      silent_->number = number;
    } else if (result.contains("failure")) {
      if (tally_.TakeFailure(number, result) != nullptr) failing_[number] = Generate(number);
    }
    if (result.contains("fault")) {
      TakeFault(number, result);
      return false;
    }
    if (is_extra_ && BelowFloor().empty()) return false;
    return !tally_.IsEnough(kMostFailingPrograms) && tally_.CountNames() < kMostNames;
  }

  void TakeFault(std::uint64_t number, const Json& result) {
    const auto step = result["step"].get<std::size_t>();
    Program program = Generate(number);
    program.steps.resize(std::min(program.steps.size(), step + 1));
    tally_.TakeFault(number, result, ProgramToJson(program), program.CountOperations());
    FoundFailure& faulty = *tally_.report().faulty;
    faulty.failure.step = step;
    faulty.story = TellStory(faulty.failure, program);
  }

  // No answer is the store's failure where it is missing again each time, with nobody else at work
  // on the machine that is ours; else it is a fault of the driver.
  void ProveSilence() {
    tally_.Tell("shrinking");
    const Program whole = Generate(silent_->number);
    std::vector<Program> programs = {whole};
    if (options_.shrink && !tally_.IsInterrupted()) {
      programs.insert(programs.begin(), ShrinkSilence(*silent_, whole));
    }
    for (const Program& program : programs) {
      if (tally_.IsInterrupted()) return;
      const ProgramReport again =
          RunSequentialProgram(program, source_, options_.timeouts, scratch_.path());
      if (!again.failure || again.fault) continue;
      silent_->failure = *again.failure;
      silent_->program = ProgramToJson(program);
      silent_->operations = program.CountOperations();
      silent_->story = again.story;
      silent_->rate = {kRunsOfSilence, kRunsOfSilence};
      silent_->seen = 1;
      if (options_.is_enough) (void)options_.is_enough(silent_->failure);
      AddFailure(tally_.report().failures, std::move(*silent_));
      tally_.report().fault.reset();
      tally_.report().faulty.reset();
      return;
    }
  }

  Program ShrinkSilence(FoundFailure& found, const Program& whole) {
    DriverTimeouts timeouts = options_.timeouts;
    timeouts.reply = std::min(timeouts.reply, kShrinkDeadline);
    Bench bench(source_, timeouts, description_, scratch_.path());
    const FailsAt fails_at = [&](const Program& smaller) -> std::optional<std::size_t> {
      std::optional<DriverFault> fault;
      const Judgement judgement = bench.Judge(smaller, fault);
      if (!judgement.is_silence) return std::nullopt;
      return judgement.failure->step;
    };
    ShrunkProgram shrunk = Shrink(whole, found.failure.step, fails_at,
                                  {Clock::now() + kShrinkSilenceTime, ShrinkBudget{}.max_tries,
                                   [this] { return tally_.IsInterrupted(); }});
    found.cut_short = shrunk.cut_short;
    return std::move(shrunk.program);
  }

  // Failures of different names often turn out to be the same once they are small. Where there is
  // no time or no driver to shrink them with, they are kept as they were found.
  void ShrinkAll() {
    for (FoundFailure& failure : tally_.Release()) {
      tally_.Tell("shrinking");
      Program program = std::move(failing_.at(failure.number));
      failure.cut_short = options_.shrink && !tally_.report().fault;
      if (options_.shrink && !tally_.report().fault && !tally_.IsInterrupted())
        program = ShrinkOne(failure, std::move(program));
      failure.program = ProgramToJson(program);
      failure.operations = program.CountOperations();
      failure.story = TellStory(failure.failure, program);
      AddFailure(tally_.report().failures, std::move(failure));
    }
  }

  Program ShrinkOne(FoundFailure& found, Program program) {
    Bench bench(source_, options_.timeouts, description_, scratch_.path());
    // What an answer shows must not shrink to what only the files show: an answer names the cause.
    const bool shown_by_answer = found.failure.step < program.steps.size();
    const FailsAt fails_at = [&](const Program& smaller) -> std::optional<std::size_t> {
      std::optional<DriverFault> fault;
      const Judgement judgement = bench.Judge(smaller, fault);
      if (fault || !judgement.failure) return std::nullopt;
      if (shown_by_answer && judgement.failure->step >= smaller.steps.size()) return std::nullopt;
      found.failure = *judgement.failure;  // what Shrink() answers is the last that failed
      return judgement.failure->step;
    };
    const auto is_interrupted = [this] { return tally_.IsInterrupted(); };
    ShrunkProgram shrunk =
        Shrink(program, found.failure.step, fails_at,
               {Clock::now() + kShrinkTime, ShrinkBudget{}.max_tries, is_interrupted});
    program = std::move(shrunk.program);
    found.cut_short = shrunk.cut_short;
    for (int attempt = 0; attempt < kRateRuns && !tally_.IsInterrupted(); ++attempt) {
      const ProgramReport again =
          RunSequentialProgram(program, source_, options_.timeouts, scratch_.path());
      if (again.fault) continue;  // it says nothing of the store
      ++found.rate.runs;
      if (!again.failure) continue;
      ++found.rate.failed;
      found.failure = *again.failure;
    }
    return program;
  }

  void ConcludeLevel(std::uint64_t asked) {
    LevelEnd end;
    end.planned = asked;
    end.interrupted = tally_.IsInterrupted();
    end.below_floor = BelowFloor();
    if (inconclusive_programs_ > 0) {
      end.undecided =
          std::to_string(inconclusive_programs_) + " programs left too many states possible";
    }
    Conclude(tally_.report(), end);
  }

  [[nodiscard]] std::vector<const Situation*> BelowFloor() const {
    return UnmetSituations(SequentialSituations(), tally_.report().coverage, capabilities_);
  }

  const DriverSource& source_;
  const BackendDescription& description_;
  const Capabilities& capabilities_;
  const LevelOptions& options_;
  ScratchDir scratch_;
  Tally tally_;
  Clock::time_point taken_at_ = Clock::now();
  std::uint64_t round_begin_ = 0;        // the number of the round's first program
  std::vector<const Situation*> unmet_;  // when the round began
  bool is_extra_ = false;                // the round is beyond the plan
  bool is_wanted_ = true;                // more programs, by what was found so far
  std::uint64_t inconclusive_programs_ = 0;
  std::optional<FoundFailure> silent_;  // the program that ended in no answer, yet to be proved
  std::map<std::uint64_t, Program> failing_;  // by number, the first of each name
};

}  // namespace

LevelReport RunSequentialLevel(const DriverSource& source, const BackendDescription& description,
                               const LevelOptions& options) {
  return Campaign(source, description, options).Run();
}

}  // namespace holdfast::conformance
