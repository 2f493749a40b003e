#include "conformance/power/power_drill.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "conformance/drill/laid_ground.h"
#include "conformance/drill/tell_drill.h"
#include "conformance/power/outage_cause.h"
#include "conformance/power/outage_trial.h"

namespace holdfast::conformance {
namespace {

using power::Profile;

// Syncs of a drill that are made to fail, each in a run of its own.
constexpr std::size_t kFailedSyncs = 3;
// States of a drill whose opening is followed, so that the plug can be pulled there again.
constexpr std::size_t kDeeper = 2;
// Records of drills are cut to so many characters.
constexpr std::size_t kMostText = 1500;

// At a point, before states that are alike are taken as one: kBounds. Different ones of a run that
// nothing struck and of the others: what a slow driver opens in a few seconds.
constexpr power::Bounds kBounds = {1024, 48, 1};
constexpr std::size_t kMostStates = 400;
constexpr std::size_t kMostStatesBeside = 80;

// Those that a backend which claims `power` is held to.
bool IsRequired(Profile profile) {
  return profile == Profile::kExt4Ordered || profile == Profile::kLinuxMinimal;
}

bool IsSync(trace::StepKind kind) {
  return kind == trace::StepKind::kSync || kind == trace::StepKind::kSyncData ||
         kind == trace::StepKind::kSyncAll || kind == trace::StepKind::kSyncMap;
}

bool IsDirectory(const TriedRun& run, trace::FileId file) {
  const auto node = run.start.nodes.find(file);
  if (node != run.start.nodes.end()) return S_ISDIR(node->second.mode);
  return std::any_of(run.trace.steps.begin(), run.trace.steps.end(), [&](const trace::Step& step) {
    return step.kind == trace::StepKind::kMakeDirectory && step.file == file;
  });
}

class PowerRun {
 public:
  PowerRun(const Drill& drill, const DrillGround& ground)
      : drill_(drill),
        ground_(ground),
        claims_(ground.description.capabilities),
        clock_(drill.start_ms, claims_.HasVirtualClock()),
        opener_(ground, drill.max_entries, clock_),
        laid_{{}, {}, Ledger(claims_, drill.max_entries)} {}

  DrillOutcome Run() {
    auto laid = LayGround(drill_, ground_, clock_);
    if (!laid) return std::move(laid.error());
    laid_ = std::move(*laid);
    const auto plain = FollowUndisturbed();
    if (!plain) return std::move(outcome_);
    if (!drill_.plan.actions.empty()) {
      Strike(drill_.plan);
      return std::move(outcome_);
    }
    Explore(*plain);
    for (const trace::Plan& plan : FailingSyncs(*plain)) {
      if (!HasEnded()) Strike(plan);
    }
    return std::move(outcome_);
  }

 private:
  [[nodiscard]] bool HasEnded() const {
    return outcome_.failure || outcome_.fault || outcome_.undecided;
  }
  [[nodiscard]] bool IsHeldToPower() const { return claims_.persistence == Persistence::kPower; }
  [[nodiscard]] bool IsWanted(Profile profile) const {
    return drill_.profile.empty() || drill_.profile == power::ProfileName(profile);
  }
  // The one whose states are gone into deeper: the hardest that counts.
  [[nodiscard]] bool IsDeepest(Profile profile) const {
    return drill_.profile.empty() ? profile == Profile::kLinuxMinimal : IsWanted(profile);
  }

  void Undecided(std::string why) {
    if (!outcome_.undecided) outcome_.undecided = std::move(why);
  }
  void Stop(NotOpened why) {
    if (why.fault) outcome_.fault = std::move(why.fault);
    if (!why.why.empty()) Undecided(std::move(why.why));
  }

  // --- the process ---

  std::optional<TriedRun> FollowBy(const trace::Plan& plan) {
    const ScratchDir dir(ground_.dir);
    if (auto written = trace::WriteTree(laid_.tree, dir.path()); !written) {
      Undecided(std::move(written.error()));
      return std::nullopt;
    }
    FollowedProcess followed =
        Follow({dir.path(), drill_.max_entries, drill_.calls, false}, plan, ground_, clock_);
    if (followed.fault) {
      outcome_.fault = std::move(followed.fault);
      return std::nullopt;
    }
    if (!followed.trace) {
      Undecided(followed.trace.error());
      return std::nullopt;
    }
    if (const auto left = trace::ReadTree(dir.path())) end_ = *left;
    TriedRun run{std::move(followed.start),
                 std::move(*followed.trace),
                 std::move(followed.seen),
                 laid_.ledger,
                 drill_.fill,
                 usual_,
                 laid_.filled.calls,
                 {}};
    run.attempts.insert(run.attempts.end(), drill_.calls.begin(), drill_.calls.end());
    if (!run.told_first.empty()) run.before.emplace_back("a new process");
    return run;
  }

  std::optional<TriedRun> FollowUndisturbed() {
    auto run = FollowBy({});
    if (!run) return std::nullopt;
    Ledger after = laid_.ledger;
    if (auto why = WhyNotUndisturbed(run->seen, after)) {
      Undecided(std::move(*why));
      return std::nullopt;
    }
    const auto opened = opener_.Open(end_);
    if (!opened) {
      Stop(opened.error());
      return std::nullopt;
    }
    usual_ = run->usual_names =
        std::max({laid_.tree.names.size(), end_.names.size(), opened->names});
    Owed owed{after, after, "the end of a process"};
    if (const auto failure = JudgeRecovery(opened->seen, owed)) {
      Undecided("the store does not conform where nothing strikes it: " + failure->title);
      return std::nullopt;
    }
    return run;
  }

  // Of files: that of a directory fails only with the journal itself, which takes the file system
  // down, and nothing is done after that (see rules.h).
  static std::vector<trace::Plan> FailingSyncs(const TriedRun& run) {
    std::vector<trace::Plan> plans;
    for (const trace::Step& step : run.trace.steps) {
      if (!IsSync(step.kind) || IsDirectory(run, step.file)) continue;
      if (AnswersBefore(run.trace, step.number) < kAnswersBeforeCalls) continue;
      plans.push_back({{{step.place, trace::Fail{EIO, false}}}});
    }
    return Spread(plans, kFailedSyncs);
  }

  // --- its states ---

  void Explore(const TriedRun& run) {
    OutageTrial trial(run, opener_);
    for (const Profile profile : power::Profiles()) {
      if (!IsWanted(profile) || outcome_.fault || outcome_.undecided) continue;
      const auto result =
          Try(trial, run, profile, {}, IsRequired(profile) ? kMostStates : kMostStatesBeside);
      if (result && result->hangs && (outcome_.failure || !IsHeldToPower())) return;
      // What is lost already cannot be lost a second time.
      if (!result || !IsDeepest(profile) || result->worst) continue;
      GoDeeper(trial, run, result->states, profile);
    }
  }

  void Strike(const trace::Plan& plan) {
    const auto run = FollowBy(plan);
    if (!run) return;
    if (!HasStruck(run->trace)) {
      if (!drill_.plan.actions.empty()) Undecided("the process never came to the step");
      return;
    }
    OutageTrial trial(*run, opener_);
    for (const Profile profile : power::Profiles()) {
      if (!IsWanted(profile) || !IsRequired(profile) || HasEnded()) continue;
      if (const auto result = Try(trial, *run, profile, plan, kMostStatesBeside)) {
        outcome_.met.Add("power-after-failed-sync", result->row.states);
      }
    }
  }

  std::optional<TrialResult> Try(OutageTrial& trial, const TriedRun& run, Profile profile,
                                 const trace::Plan& plan, std::size_t most_states) {
    auto result = trial.Under(profile, kBounds, most_states);
    if (!result) {
      Stop(std::move(result.error()));
      return std::nullopt;
    }
    AddRows(outcome_.outages, {result->row});
    outcome_.strikes += result->row.states;
    if (result->row.not_certifiable) {
      if (IsRequired(profile))
        Undecided("not certifiable for power loss: " + *result->row.not_certifiable);
      return std::nullopt;
    }
    if (!IsRequired(profile)) return std::move(*result);
    outcome_.met.Add("power-kept", result->row.states);
    outcome_.met.Add(drill_.fill.empty() ? "power-fresh" : "power-filled", result->row.states);
    if (result->worst && !outcome_.failure && IsHeldToPower()) {
      Fail(*result, trial, run, profile, plan);
    }
    return std::move(*result);
  }

  void Fail(const TrialResult& result, const OutageTrial& trial, const TriedRun& run,
            Profile profile, const trace::Plan& plan) {
    const auto& [failure, way] = *result.worst;
    outcome_.failing = drill_;
    outcome_.failing.plan = plan;
    outcome_.failing.profile = power::ProfileName(profile);
    if (way.at.step < run.trace.steps.size()) {
      outcome_.failing.approach = trace::ApproachTo(run.trace, way.at.step);
    }
    std::vector<std::string> then;
    SeenProcess seen;
    SeenProcess filled;
    if (plan.actions.empty()) {
      then = result.row.example->calls;
    } else {
      seen = trial.SeenUpTo(way);
      filled = laid_.filled;
    }
    for (std::string& line : trial.TellWay(result.states, way, profile)) {
      then.push_back(std::move(line));
    }
    then.push_back("because " + CauseOf(result.states, way, run.trace));
    outcome_.story = TellDrill(failure, outcome_.failing, filled, seen, run.trace, then);
    outcome_.failure = failure;
  }

  // --- a loss of power while what one left is opened ---

  // Those with the most names first: what is left over has to be dealt with.
  static std::vector<power::DiskState> Messiest(const power::DiskStates& states) {
    std::vector<std::pair<std::size_t, std::size_t>> ranked;
    for (std::size_t at = 0; at < states.states.size(); ++at) {
      ranked.emplace_back(states.TreeOf(states.states[at]).names.size(), at);
    }
    std::sort(ranked.rbegin(), ranked.rend());
    std::vector<power::DiskState> messiest;
    for (const auto& [names, at] : ranked) {
      if (messiest.size() < kDeeper) messiest.push_back(states.states[at]);
    }
    return messiest;
  }

  void GoDeeper(const OutageTrial& trial, const TriedRun& run, const power::DiskStates& states,
                Profile profile) {
    for (const power::DiskState& state : Messiest(states)) {
      auto followed = opener_.Follow(states.TreeOf(state));
      if (!followed) return Stop(std::move(followed.error()));
      const Ledger base = trial.OwedAtPoint(state.latest).possible;
      TriedRun second{std::move(followed->start),
                      std::move(*followed->trace),
                      std::move(followed->seen),
                      base,
                      run.attempts,
                      run.usual_names,
                      run.told_first,
                      run.before};
      for (const DrillCall& call : second.seen.calls) second.attempts.push_back(call.operation);
      const SeenProcess first = trial.SeenUpTo(state.latest);
      for (const DrillCall& call : first.calls) second.before.push_back(TellCall(call));
      for (std::string& line : trial.TellWay(states, state.latest, profile)) {
        second.before.push_back(std::move(line));
      }
      second.before.emplace_back("a new process opens what is left");
      OutageTrial deeper(second, opener_);
      const auto result = Try(deeper, second, profile, {}, kMostStatesBeside);
      if (!result) return;
      outcome_.met.Add("power-in-recovery", result->row.states);
      if (outcome_.failure) return;
    }
  }

  const Drill& drill_;
  const DrillGround& ground_;
  const Capabilities& claims_;
  DrillClock clock_;
  StateOpener opener_;
  DrillOutcome outcome_;
  LaidGround laid_;
  trace::Tree end_;        // what the process that was followed last left
  std::size_t usual_ = 0;  // names after an undisturbed run
};

Json Shortened(Json record) {
  if (record.contains("long")) {
    const std::string text = record["long"].get<std::string>();
    record["long"] = text.substr(0, kMostText);
  }
  return record;
}

}  // namespace

DrillOutcome RunPowerDrill(const Drill& drill, const DrillGround& ground) {
  return PowerRun(drill, ground).Run();
}

Drill DrawPowerDrill(std::uint64_t seed, std::uint64_t number, const Capabilities& claims) {
  Drill drill = DrawDrill(seed, number, claims);
  drill.tries_survivors = false;
  for (std::vector<Operation>* list : {&drill.fill, &drill.calls}) {
    for (Operation& operation : *list) operation.record = Shortened(std::move(operation.record));
  }
  return drill;
}

}  // namespace holdfast::conformance
