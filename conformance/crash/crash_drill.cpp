#include "conformance/crash/crash_drill.h"

#include <algorithm>
#include <set>

#include "conformance/campaign/files.h"
#include "conformance/crash/survivor.h"
#include "conformance/drill/laid_ground.h"
#include "conformance/drill/recovery.h"
#include "conformance/drill/tell_drill.h"
#include "conformance/trace/apply.h"

namespace holdfast::conformance {
namespace {

namespace fs = std::filesystem;

// States of one drill that are held against a real kill.
constexpr std::size_t kRealKills = 2;
// A process is killed at the same step so often, one after another, to see what piles up.
constexpr std::size_t kPilingKills = 5;
// Names that a store may hold beyond those of an undisturbed run, however often it was killed.
constexpr std::size_t kMostLitter = 2;

// Why a drill with a plan has no verdict.
constexpr const char* kNotStruck = "the process does not come to the step that was to be struck";

class CrashRun {
 public:
  CrashRun(const Drill& drill, const DrillGround& ground)
      : drill_(drill),
        ground_(ground),
        claims_(ground.description.capabilities),
        clock_(drill.start_ms, claims_.HasVirtualClock()),
        opener_(ground.source, ground.timeouts, ground.description) {}

  DrillOutcome Run() {
    if (!Fill()) return std::move(outcome_);
    if (drill_.plan.actions.empty()) {
      Explore();
    } else if (drill_.has_survivor) {
      KillBesideAnother({drill_.plan});
    } else {
      Strike(drill_.plan, start_);
    }
    return std::move(outcome_);
  }

 private:
  [[nodiscard]] Errand Calls(const fs::path& state_dir) const {
    return {state_dir, drill_.max_entries, drill_.calls, false};
  }
  [[nodiscard]] bool HasEnded() const {
    return outcome_.failure || outcome_.fault || outcome_.undecided || outcome_.difference;
  }
  [[nodiscard]] fs::path NewFolder() {
    const fs::path path = ground_.dir / ("state-" + std::to_string(folders_++));
    fs::create_directory(path);
    return path;
  }

  // What stands after the first process has ended in order.
  bool Fill() {
    auto laid = LayGround(drill_, ground_, clock_);
    if (!laid) {
      outcome_ = std::move(laid.error());
      return false;
    }
    filled_ = std::move(laid->filled);
    start_ = std::move(laid->tree);
    base_ = std::move(laid->ledger);
    return true;
  }

  bool End(DriverFault fault) {
    outcome_.fault = std::move(fault);
    return false;
  }
  bool Undecided(std::string why) {
    outcome_.undecided = std::move(why);
    return false;
  }
  bool Fail(Failure failure, const trace::Plan& plan, const trace::Trace& trace) {
    outcome_.failing = drill_;
    outcome_.failing.plan = plan;
    outcome_.failing.has_survivor = false;
    outcome_.story = TellDrill(failure, outcome_.failing, filled_, seen_, trace);
    outcome_.failure = std::move(failure);
    return false;
  }

  // --- every step of one record ---

  void Explore() {
    const fs::path dir = NewFolder();
    if (auto laid = trace::WriteTree(start_, dir); !laid) return (void)Undecided(laid.error());
    FollowedProcess followed = Follow(Calls(dir), {}, ground_, clock_);
    seen_ = followed.seen;
    if (followed.fault) return (void)End(*followed.fault);
    if (!followed.trace) return (void)Undecided(followed.trace.error());
    const trace::Trace trace = std::move(*followed.trace);
    Ledger after = *base_;
    if (auto why = WhyNotUndisturbed(followed.seen, after)) return (void)Undecided(*why);
    const SeenProcess recorded = seen_;
    JudgeStates(trace, followed.start, *base_, recorded);
    if (HasEnded()) return Confirm(trace);
    CheckByRealKills(trace);
    if (!HasEnded()) KillTheRecovery(trace, followed.start, recorded);
    if (HasEnded()) return;
    if (const auto k = MostNames(trace, followed.start)) {
      SeeWhatPilesUp(KillAt(trace.steps[*k].place), trace);
    }
    if (!HasEnded() && drill_.has_survivor) KillBesideAnother(PlansOfFirstCall(trace));
  }

  // What is owed at a kill after so many answers.
  [[nodiscard]] Owed OwedAt(std::size_t answers, const Ledger& base,
                            const SeenProcess& seen) const {
    Ledger acknowledged = base;
    const std::size_t done = answers < kAnswersBeforeCalls ? 0 : answers - kAnswersBeforeCalls;
    for (std::size_t at = 0; at < std::min(done, seen.calls.size()); ++at) {
      (void)acknowledged.TakeUndisturbed(seen.calls[at]);
    }
    Ledger possible = acknowledged;
    if (answers >= kAnswersBeforeCalls && done < seen.calls.size()) {
      const DrillCall& call = seen.calls[done];
      possible.TakeCutOff(call.operation, call.earliest, call.latest);
    }
    return {possible, acknowledged, "a kill"};
  }

  void JudgeStates(const trace::Trace& trace, const trace::Tree& start, const Ledger& base,
                   const SeenProcess& seen) {
    trace::Tree tree = start;
    std::set<std::pair<std::string, std::size_t>> judged;
    for (std::uint64_t k = 0; k <= trace.steps.size(); ++k) {
      const std::size_t answers = AnswersBefore(trace, k);
      if (answers > 0 && judged.emplace(trace::ContentHash(tree), answers).second) {
        point_ = trace.steps[std::min<std::uint64_t>(k, trace.steps.size() - 1)];
        Owed owed = OwedAt(answers, base, seen);
        ++outcome_.strikes;
        SightKill(drill_, trace, k, answers, outcome_.met);
        if (!JudgeState(tree, owed, trace)) return;
      }
      if (k == trace.steps.size()) return;
      if (auto applied = trace::Apply(tree, trace.steps[k], trace); !applied) {
        return (void)Undecided("step " + std::to_string(k) + ": " + applied.error());
      }
    }
  }

  bool JudgeState(const trace::Tree& tree, Owed& owed, const trace::Trace& trace) {
    const fs::path dir = NewFolder();
    if (auto laid = trace::WriteTree(tree, dir); !laid) return Undecided(laid.error());
    auto failure = Recover(dir, owed);
    std::error_code error;
    fs::remove_all(dir, error);
    if (outcome_.fault) return false;
    if (failure) return Fail(std::move(*failure), KillAt(point_.place), trace);
    return true;
  }

  [[nodiscard]] static trace::Plan KillAt(const trace::Place& place) {
    return {{{place, trace::Kill{}}}};
  }

  std::optional<Failure> Recover(const fs::path& dir, Owed& owed) {
    auto driver = opener_.Running();
    if (!driver) {
      outcome_.fault = std::move(driver.error());
      return std::nullopt;
    }
    recovered_ = RunErrand(RecoveryErrand(dir, drill_.max_entries), **driver, clock_);
    if (recovered_.ended) opener_.Kill();
    return JudgeRecovery(recovered_, owed);
  }

  // --- real kills ---

  // The directory that a real kill by `plan` leaves, and what is owed there.
  struct Struck {
    fs::path dir;
    trace::Trace trace;
    bool has_struck = false;
  };

  std::optional<Struck> KillForReal(const trace::Plan& plan, const trace::Tree& from) {
    Struck struck;
    struck.dir = NewFolder();
    if (auto laid = trace::WriteTree(from, struck.dir); !laid) {
      Undecided(laid.error());
      return std::nullopt;
    }
    FollowedProcess followed = Follow(Calls(struck.dir), plan, ground_, clock_);
    seen_ = followed.seen;
    if (followed.fault) {
      End(*followed.fault);
      return std::nullopt;
    }
    if (!followed.trace) {
      Undecided(followed.trace.error());
      return std::nullopt;
    }
    struck.trace = std::move(*followed.trace);
    struck.has_struck = HasStruck(struck.trace);
    return struck;
  }

  // A drill with a plan: one real kill, and what it leaves.
  void Strike(const trace::Plan& plan, const trace::Tree& from) {
    const auto struck = KillForReal(plan, from);
    if (!struck) return;
    if (!struck->has_struck) return (void)Undecided(kNotStruck);
    Owed owed = OwedAt(AnswersBefore(struck->trace, struck->trace.steps.size()), *base_, seen_);
    ++outcome_.strikes;
    if (!drill_.recovery_plan.actions.empty()) return StrikeTheRecovery(*struck, owed);
    if (auto failure = Recover(struck->dir, owed)) {
      Fail(std::move(*failure), plan, struck->trace);
    } else if (!HasEnded()) {
      SeeWhatPilesUp(plan, struck->trace);
    }
  }

  void StrikeTheRecovery(const Struck& struck, Owed owed) {
    FollowedProcess followed = Follow(RecoveryErrand(struck.dir, drill_.max_entries),
                                      drill_.recovery_plan, ground_, clock_);
    if (followed.fault) return (void)End(*followed.fault);
    if (!followed.trace) return (void)Undecided(followed.trace.error());
    if (!HasStruck(*followed.trace)) return (void)Undecided(kNotStruck);
    Owed then = OwedAt(AnswersBefore(*followed.trace, followed.trace->steps.size()), owed.possible,
                       followed.seen);
    if (auto failure = Recover(struck.dir, then)) {
      Fail(std::move(*failure), drill_.plan, struck.trace);
    }
  }

  // A failure that was derived must show where the process is really killed.
  void Confirm(const trace::Trace& trace) {
    if (!outcome_.failure) return;
    const DrillOutcome derived = outcome_;
    CrashRun real(derived.failing, ground_);
    real.folders_ = folders_;
    DrillOutcome confirmed = real.Run();
    outcome_ = derived;
    if (confirmed.failure || confirmed.fault) {
      if (confirmed.failure) outcome_.story = std::move(confirmed.story);
      return;
    }
    outcome_.failure.reset();
    Undecided("at step " + std::to_string(point_.number) + " of " +
              std::to_string(trace.steps.size()) + " a derived state fails (" +
              derived.failure->title +
              ") where a real kill does not: the store takes other steps each time");
  }

  void CheckByRealKills(const trace::Trace& trace) {
    for (std::size_t at = 1; at <= kRealKills && !HasEnded(); ++at) {
      const std::uint64_t k = trace.steps.size() * at / (kRealKills + 1);
      if (AnswersBefore(trace, k) == 0) continue;
      const auto struck = KillForReal(KillAt(trace.steps[k].place), start_);
      if (!struck || !struck->has_struck) continue;
      const auto derived = trace::TreeBefore(struck->trace.steps.size() - 1, start_, struck->trace);
      const auto real = trace::ReadTree(struck->dir);
      if (!derived || !real) {
        return (void)Undecided(!derived ? derived.error() : real.error());
      }
      const std::vector<std::string> mapped = trace::MappedPaths(*derived);
      outcome_.difference = trace::Difference(*derived, *real, [&](const std::string& path) {
        return std::find(mapped.begin(), mapped.end(), path) != mapped.end();
      });
      outcome_.met.Hit("crash-by-real-kill");
      Owed owed = OwedAt(AnswersBefore(struck->trace, struck->trace.steps.size()), *base_, seen_);
      auto failure = Recover(struck->dir, owed);
      if (failure) Fail(std::move(*failure), KillAt(trace.steps[k].place), struck->trace);
    }
  }

  // --- kills during recovery, and kills that pile up ---

  // The state in which the most names stand: what is left over there has to be dealt with.
  [[nodiscard]] std::optional<std::uint64_t> MostNames(const trace::Trace& trace,
                                                       const trace::Tree& start) const {
    trace::Tree tree = start;
    std::optional<std::uint64_t> best;
    std::size_t most = 0;
    for (std::uint64_t k = 0; k < trace.steps.size(); ++k) {
      if (AnswersBefore(trace, k) >= kAnswersBeforeCalls && tree.names.size() > most) {
        most = tree.names.size();
        best = k;
      }
      if (!trace::Apply(tree, trace.steps[k], trace)) return std::nullopt;
    }
    return best;
  }

  void KillTheRecovery(const trace::Trace& trace, const trace::Tree& start,
                       const SeenProcess& recorded) {
    const auto k = MostNames(trace, start);
    if (!k) return;
    const auto tree = trace::TreeBefore(*k, start, trace);
    const fs::path dir = NewFolder();
    if (!tree || !trace::WriteTree(*tree, dir)) return;
    FollowedProcess followed = Follow(RecoveryErrand(dir, drill_.max_entries), {}, ground_, clock_);
    if (followed.fault) return (void)End(*followed.fault);
    if (!followed.trace) return (void)Undecided(followed.trace.error());
    const trace::Trace second = std::move(*followed.trace);
    const Owed owed = OwedAt(AnswersBefore(trace, *k), *base_, recorded);
    const std::uint64_t before = outcome_.strikes;
    JudgeStates(second, followed.start, owed.possible, followed.seen);
    outcome_.met.Add("crash-in-recovery", outcome_.strikes - before);
    if (!outcome_.failure) return;
    outcome_.failing.plan = KillAt(trace.steps[*k].place);
    outcome_.failing.recovery_plan = KillAt(point_.place);
    Confirm(second);
  }

  // How many names stand after a process that nothing strikes, and a write.
  std::optional<std::size_t> UsualNames() {
    const fs::path dir = NewFolder();
    if (!trace::WriteTree(start_, dir)) return std::nullopt;
    auto driver = opener_.Running();
    if (!driver) return std::nullopt;
    (void)RunErrand(Calls(dir), **driver, clock_);
    return NamesAfterWrite(dir);
  }

  std::optional<std::size_t> NamesAfterWrite(const fs::path& dir) {
    auto driver = opener_.Running();
    if (!driver) return std::nullopt;
    (void)RunErrand(RecoveryErrand(dir, drill_.max_entries), **driver, clock_);
    const auto left = trace::ReadTree(dir);
    return left ? std::optional(left->names.size()) : std::nullopt;
  }

  void SeeWhatPilesUp(const trace::Plan& plan, const trace::Trace& trace) {
    trace::Tree tree = start_;
    fs::path dir;
    for (std::size_t kill = 0; kill < kPilingKills; ++kill) {
      const auto struck = KillForReal(plan, tree);
      if (!struck || !struck->has_struck) return;
      dir = struck->dir;
      auto left = trace::ReadTree(dir);
      if (!left) return (void)Undecided(left.error());
      tree = std::move(*left);
    }
    const auto left = NamesAfterWrite(dir);
    const auto usual = UsualNames();
    if (!left || !usual) return;
    outcome_.met.Hit("crash-again-and-again");
    if (*left <= *usual + kMostLitter) return;
    Fail({{"DUR-8"},
          "files pile up where processes are killed",
          0,
          "at most " + std::to_string(*usual + kMostLitter) + " names after " +
              std::to_string(kPilingKills) + " kills and a write",
          std::to_string(*left) + " names"},
         plan, trace);
  }

  // --- two processes ---

  void KillBesideAnother(const std::vector<trace::Plan>& plans) {
    const DrillOutcome beside =
        RunSurvivals({drill_, filled_, start_, *base_}, plans, opener_, ground_, clock_);
    outcome_.strikes += beside.strikes;
    outcome_.met.Add("crash-survived", beside.strikes);
    outcome_.fault = beside.fault;
    outcome_.undecided = beside.undecided;
    if (!drill_.plan.actions.empty() && beside.strikes == 0 && !HasEnded()) Undecided(kNotStruck);
    if (!beside.failure) return;
    outcome_.failure = beside.failure;
    outcome_.story = beside.story;
    outcome_.failing = beside.failing;
  }

  const Drill& drill_;
  const DrillGround& ground_;
  const Capabilities& claims_;
  DrillClock clock_;
  Session opener_;
  DrillOutcome outcome_;
  SeenProcess filled_;
  SeenProcess seen_;       // the process that was followed last
  SeenProcess recovered_;  // the one that opened what it left
  trace::Tree start_;
  std::optional<Ledger> base_;  // after the first process
  trace::Step point_;           // where the state that was judged last was cut off
  std::uint64_t folders_ = 0;
};

}  // namespace

DrillOutcome RunCrashDrill(const Drill& drill, const DrillGround& ground) {
  return CrashRun(drill, ground).Run();
}

}  // namespace holdfast::conformance
