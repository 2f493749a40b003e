#include "conformance/crash/crash_drill.h"

#include <set>
#include <utility>

#include "conformance/crash/crash_run.h"
#include "conformance/crash/survivor.h"
#include "conformance/drill/laid_ground.h"
#include "conformance/drill/tell_drill.h"
#include "conformance/trace/apply.h"

namespace holdfast::conformance {
namespace {

namespace fs = std::filesystem;

// States of one drill whose recovery is killed.
constexpr std::size_t kRecoveriesKilled = 3;

}  // namespace

trace::Plan KillAt(const trace::Place& place) { return {{{place, trace::Kill{}}}}; }

CrashRun::CrashRun(const Drill& drill, const DrillGround& ground)
    : drill_(drill),
      ground_(ground),
      claims_(ground.description.capabilities),
      clock_(drill.start_ms, claims_.HasVirtualClock()),
      opener_(ground.source, ground.timeouts, ground.description) {}

DrillOutcome CrashRun::Run() {
  if (!Fill()) return std::move(outcome_);
  if (!drill_.survivor_plan.actions.empty()) {
    KillBesideAnother({drill_.survivor_plan});
  } else if (drill_.plan.actions.empty()) {
    Explore();
  } else {
    Strike();
  }
  return std::move(outcome_);
}

Errand CrashRun::Calls(const fs::path& state_dir) const {
  return {state_dir, drill_.max_entries, drill_.calls, false};
}

bool CrashRun::HasEnded() const {
  return outcome_.failure || outcome_.fault || outcome_.undecided || outcome_.difference;
}

bool CrashRun::IsOver() const { return HasEnded() || ground_.IsLate(); }

fs::path CrashRun::NewFolder() {
  const fs::path path = ground_.dir / ("state-" + std::to_string(folders_++));
  fs::create_directory(path);
  return path;
}

bool CrashRun::Fill() {
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

bool CrashRun::End(DriverFault fault) {
  outcome_.fault = std::move(fault);
  return false;
}

bool CrashRun::Undecided(std::string why) {
  outcome_.undecided = std::move(why);
  return false;
}

bool CrashRun::Fail(Failure failure, const trace::Plan& plan, const trace::Trace& trace,
                    Approach approach) {
  outcome_.failing = drill_;
  outcome_.failing.plan = plan;
  outcome_.failing.approach = std::move(approach);
  outcome_.failing.tries_survivors = false;
  outcome_.story = TellDrill(failure, outcome_.failing, filled_, seen_, trace);
  outcome_.failure = std::move(failure);
  return false;
}

bool CrashRun::HasParted(const Approach& recorded, const trace::Trace& trace) {
  auto why = WhyParted(recorded, trace);
  if (!why) return false;
  outcome_.has_parted = true;
  Undecided(std::move(*why));
  return true;
}

void CrashRun::Explore() {
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
  const std::vector<std::uint64_t> leftovers = Leftovers(trace, followed.start);
  for (std::size_t at = 0; at < leftovers.size() && at < kRecoveriesKilled && !IsOver(); ++at) {
    KillTheRecovery(leftovers[at], trace, followed.start, recorded);
  }
  if (IsOver()) return;
  if (!leftovers.empty()) {
    const trace::Step& step = trace.steps[leftovers.front()];
    SeeWhatPilesUp(KillAt(step.place), trace, trace::ApproachTo(trace, step.number));
  }
  if (!IsOver() && drill_.tries_survivors) KillBesideAnother(PlansOfFirstCall(trace));
}

Owed CrashRun::OwedAt(std::size_t answers, const Ledger& base, const SeenProcess& seen) const {
  return conformance::OwedAt(answers, base, seen, "a kill");
}

void CrashRun::JudgeStates(const trace::Trace& trace, const trace::Tree& start, const Ledger& base,
                           const SeenProcess& seen) {
  trace::Tree tree = start;
  std::set<std::pair<std::string, std::size_t>> judged;
  for (std::uint64_t k = 0; k <= trace.steps.size() && !ground_.IsLate(); ++k) {
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

bool CrashRun::JudgeState(const trace::Tree& tree, Owed& owed, const trace::Trace& trace) {
  const fs::path dir = NewFolder();
  if (auto laid = trace::WriteTree(tree, dir); !laid) return Undecided(laid.error());
  auto failure = Recover(dir, owed);
  std::error_code error;
  fs::remove_all(dir, error);
  if (outcome_.fault) return false;
  if (!failure) return true;
  return Fail(std::move(*failure), KillAt(point_.place), trace,
              trace::ApproachTo(trace, point_.number));
}

std::optional<Failure> CrashRun::Recover(const fs::path& dir, Owed& owed) {
  auto driver = opener_.Running();
  if (!driver) {
    outcome_.fault = std::move(driver.error());
    return std::nullopt;
  }
  recovered_ = RunErrand(RecoveryErrand(dir, drill_.max_entries), **driver, clock_);
  if (recovered_.ended) opener_.Kill();
  return JudgeRecovery(recovered_, owed);
}

void CrashRun::Confirm(const trace::Trace& trace) {
  if (!outcome_.failure) return;
  Drill struck = outcome_.failing;
  const auto strike = [&] {
    CrashRun real(struck, ground_);
    real.folders_ = folders_;
    DrillOutcome outcome = real.Run();
    folders_ = real.folders_;
    return outcome;
  };
  DrillOutcome real = strike();
  if (real.has_parted) {  // a store that takes other steps each time
    struck.approach.reset();
    struck.recovery_approach.reset();
    real = strike();
  }
  if (real.failure) {
    outcome_.failure = std::move(real.failure);
    outcome_.story = std::move(real.story);
    outcome_.failing = std::move(real.failing);
    return;
  }
  if (real.fault) return;
  Undecided("at step " + std::to_string(point_.number) + " of " +
            std::to_string(trace.steps.size()) + " a derived state fails (" +
            outcome_.failure->title +
            ") where a real kill does not: the store takes other steps each time");
  outcome_.failure.reset();
}

void CrashRun::KillBesideAnother(const std::vector<trace::Plan>& plans) {
  const DrillOutcome beside =
      RunSurvivals({drill_, filled_, start_, *base_}, plans, opener_, ground_, clock_);
  outcome_.strikes += beside.strikes;
  outcome_.met.Add("crash-survived", beside.strikes);
  outcome_.fault = beside.fault;
  outcome_.undecided = beside.undecided;
  if (!drill_.survivor_plan.actions.empty() && beside.strikes == 0 && !HasEnded()) {
    Undecided(kNotStruck);
  }
  if (!beside.failure) return;
  outcome_.failure = beside.failure;
  outcome_.story = beside.story;
  outcome_.failing = beside.failing;
}

DrillOutcome RunCrashDrill(const Drill& drill, const DrillGround& ground) {
  return CrashRun(drill, ground).Run();
}

}  // namespace holdfast::conformance
