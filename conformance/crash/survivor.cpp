#include "conformance/crash/survivor.h"

#include <algorithm>

#include "conformance/campaign/files.h"
#include "conformance/check/describe.h"
#include "conformance/drill/tell_drill.h"
#include "conformance/supervise/supervision.h"

namespace holdfast::conformance {
namespace {

// Steps of one call at which a process is killed.
constexpr std::size_t kMostPlans = 8;
constexpr const char* kBesideId = "beside";
constexpr const char* kAfterId = "afterwards";

// What was seen of the two.
struct SeenSurvival {
  bool has_struck = false;  // the first one was killed where the plan says
  DrillCall cut_off;        // what it was at
  // Of the second: one sent while the first was at work, and more once it was dead.
  std::vector<DrillCall> others;
  std::optional<DriverFault> ended;  // the second one ended, or did not answer
  std::optional<DriverFault> fault;  // the first one could not be started
  std::optional<trace::Trace> trace;
};

// Thrown to leave the run at once; never leaves this file.
struct SurvivorEnded {
  DriverFault fault;
};
struct VictimEnded {
  DriverFault fault;
};

template <typename Ended, typename T>
T Or(Expected<T, DriverFault> expected) {
  if (!expected) throw Ended{std::move(expected.error())};
  if constexpr (!std::is_void_v<T>) return std::move(*expected);
}

Operation Writes(const char* id) {
  return {OpKind::kRegister, id, Json{{"by", "the other"}}, std::nullopt};
}

OpenOptions OptionsOf(const Errand& errand) {
  return {errand.state_dir.string(), "demo", errand.max_entries, std::nullopt, std::nullopt};
}

class Survival {
 public:
  Survival(const Errand& first, Session& second, DrillClock& clock)
      : errand_(first), second_(second), clock_(clock) {}

  SeenSurvival Run(const DriverSource& supervised, const DriverTimeouts& timeouts) {
    try {
      DriverClient& other = *Or<SurvivorEnded>(second_.Running());
      if (!Or<SurvivorEnded>(other.Open(OptionsOf(errand_)))) return std::move(seen_);
      auto victim = Or<VictimEnded>(DriverClient::Start(supervised, timeouts));
      const std::int64_t sent = SendOfVictim(victim);
      seen_.others.push_back(Now(Writes(kBesideId)));
      const std::int64_t beside =
          Or<SurvivorEnded>(other.Send(Writes(kBesideId), {"main", clock_.Told()}));
      AwaitVictim(victim, sent);
      seen_.others.back().result = Or<SurvivorEnded>(other.Await(beside));
      seen_.others.back().latest = clock_.Now();
      for (const Operation& operation : {Writes(kAfterId), Operation{}}) {
        seen_.others.push_back(Now(operation));
        seen_.others.back().result =
            Or<SurvivorEnded>(other.Call(operation, {"main", clock_.Told()}));
        seen_.others.back().latest = clock_.Now();
      }
      (void)Or<SurvivorEnded>(other.Close());
    } catch (SurvivorEnded& ended) {
      second_.Kill();
      seen_.ended = std::move(ended.fault);
    } catch (VictimEnded& ended) {
      seen_.fault = std::move(ended.fault);
    }
    return std::move(seen_);
  }

 private:
  DrillCall Now(const Operation& operation) {
    const SeenMillis now = clock_.Next();
    return {operation, now, now, std::nullopt};
  }

  std::int64_t SendOfVictim(DriverClient& victim) {
    (void)Or<VictimEnded>(victim.Open(OptionsOf(errand_)));
    seen_.cut_off = Now(errand_.calls.front());
    return Or<VictimEnded>(victim.Send(errand_.calls.front(), {"main", clock_.Told()}));
  }

  // Whether it is answered or killed is for the trace to tell.
  void AwaitVictim(DriverClient& victim, std::int64_t sent) {
    if (auto result = victim.Await(sent)) seen_.cut_off.result = std::move(*result);
    seen_.cut_off.latest = clock_.Now();
    victim.Kill();
  }

  const Errand& errand_;
  Session& second_;
  DrillClock& clock_;
  SeenSurvival seen_;
};

Failure Broken(const StoreError& error, const std::string& expected) {
  const bool is_busy = error.code == ErrorCode::kBusy;
  return {{is_busy ? "CON-4" : "DUR-3"},
          is_busy ? "a dead holder keeps others waiting"
                  : "a process does not work where another one was killed",
          0,
          expected,
          Describe(Result(Unexpected(error)))};
}

SeenSurvival RunSurvival(const Errand& first, const trace::Plan& plan, Session& second,
                         const DrillGround& ground, DrillClock& clock) {
  const Supervision supervision({first.state_dir, ground.dir, plan, false});
  SeenSurvival seen =
      Survival(first, second, clock).Run(supervision.Of(ground.source), ground.timeouts);
  if (auto trace = supervision.TakeTrace()) {
    seen.has_struck = HasStruck(*trace);
    seen.trace = std::move(*trace);
  }
  return seen;
}

std::optional<Failure> JudgeSurvival(const SeenSurvival& seen, Ledger base) {
  if (seen.ended) {
    return Failure{{"CON-4", "DUR-3"},
                   "a process does not get on where another one was killed",
                   0,
                   "every call is answered",
                   seen.ended->message};
  }
  bool is_first = true;
  for (const DrillCall& call : seen.others) {
    if (!call.result) return std::nullopt;
    const auto found = is_first ? base.TakeBeside(call, seen.cut_off) : base.TakeUndisturbed(call);
    is_first = false;
    if (!found) continue;
    if (!call.result->has_value()) return Broken(call.result->error(), found->expected);
    return Failure{{"DUR-2"},
                   "a process finds what no order of the calls explains where another one was "
                   "killed",
                   0,
                   found->expected,
                   found->got};
  }
  return std::nullopt;
}

void Take(const SeenSurvival& seen, const SurvivalScene& scene, const trace::Plan& plan,
          DrillOutcome& outcome) {
  if (seen.fault && !seen.has_struck) outcome.fault = seen.fault;
  if (!seen.trace || !seen.has_struck) return;
  ++outcome.strikes;
  outcome.failure = JudgeSurvival(seen, scene.base);
  if (!outcome.failure) return;
  SeenProcess both;
  both.calls = {seen.cut_off};
  both.calls.insert(both.calls.end(), seen.others.begin(), seen.others.end());
  outcome.failing = scene.drill;
  outcome.failing.survivor_plan = plan;
  outcome.failing.tries_survivors = false;
  outcome.story = TellDrill(*outcome.failure, outcome.failing, scene.filled, both, *seen.trace);
}

}  // namespace

std::vector<trace::Plan> PlansOfFirstCall(const trace::Trace& trace) {
  std::vector<trace::Plan> all;
  for (const trace::Step& step : trace.steps) {
    if (AnswersBefore(trace, step.number) == kAnswersBeforeCalls) {
      all.push_back({{{step.place, trace::Kill{}}}});
    }
  }
  return Spread(all, kMostPlans);
}

DrillOutcome RunSurvivals(const SurvivalScene& scene, const std::vector<trace::Plan>& plans,
                          Session& second, const DrillGround& ground, DrillClock& clock) {
  DrillOutcome outcome;
  if (scene.drill.calls.empty()) return outcome;
  for (const trace::Plan& plan : plans) {
    const ScratchDir dir(ground.dir);
    if (auto laid = trace::WriteTree(scene.start, dir.path()); !laid) {
      outcome.undecided = laid.error();
      return outcome;
    }
    const Errand first = {dir.path(), scene.drill.max_entries, {scene.drill.calls.front()}, false};
    Take(RunSurvival(first, plan, second, ground, clock), scene, plan, outcome);
    if (outcome.failure || outcome.fault) return outcome;
  }
  return outcome;
}

}  // namespace holdfast::conformance
