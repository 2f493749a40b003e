#include "conformance/fault/fault_drill.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <utility>

#include "conformance/campaign/files.h"
#include "conformance/drill/laid_ground.h"
#include "conformance/drill/recovery.h"
#include "conformance/drill/tell_drill.h"
#include "conformance/fault/fitting_faults.h"
#include "conformance/fault/judge_fault.h"

namespace holdfast::conformance {
namespace {

namespace fs = std::filesystem;

// Names that a store may hold beyond those of an undisturbed run.
constexpr std::size_t kMostLitter = 2;

struct ChosenFault {
  trace::Action action;
  trace::StepKind kind;  // what it fits
};

// What makes two faults of one sort: the kind of step, and the failure.
std::string SortOf(const ChosenFault& fault) {
  std::string sort(trace::StepKindName(fault.kind));
  if (const auto* shorten = std::get_if<trace::Shorten>(&fault.action.what)) {
    return sort + (shorten->bytes == 1 ? " one byte" : " half");
  }
  return sort + trace::PlanToJson({{{std::uint64_t{0}, fault.action.what}}}).dump();
}

// The files that more than one operation uses, by name. Others have names of their own each time.
std::set<std::string> LastingFiles(const trace::Trace& trace) {
  std::map<std::string, std::set<std::int64_t>> users;
  for (const trace::Step& step : trace.steps) users[step.path].insert(step.place.operation);
  std::set<std::string> lasting;
  for (const auto& [path, operations] : users) {
    if (operations.size() > 1) lasting.insert(path);
  }
  return lasting;
}

// All that can be struck, by sort and file: a file that is opened once in a while weighs as much as
// one that each operation uses.
std::vector<std::pair<std::string, std::vector<ChosenFault>>> FaultsByFile(
    const trace::Trace& trace) {
  const std::set<std::string> lasting = LastingFiles(trace);
  std::map<std::pair<std::string, std::string>, std::vector<ChosenFault>> by_file;
  for (const trace::Step& step : trace.steps) {
    if (AnswersBefore(trace, step.number) == 0) continue;
    const std::string file = lasting.contains(step.path) ? step.path : "a passing one";
    for (const trace::What& what : FittingFaults(step)) {
      const ChosenFault fault = {{step.place, what}, step.kind};
      by_file[{SortOf(fault), file}].push_back(fault);
    }
  }
  std::vector<std::pair<std::string, std::vector<ChosenFault>>> groups;
  for (auto& [name, faults] : by_file) groups.emplace_back(name.first, std::move(faults));
  return groups;
}

// One fault of every sort comes first, at a file drawn by lot; then one of every sort at each other
// file; then the others. Drawn by the drill itself, so that the same drill strikes the same steps.
std::vector<ChosenFault> ChooseFaults(const trace::Trace& trace, const Drill& drill) {
  auto groups = FaultsByFile(trace);
  std::mt19937_64 random(std::hash<std::string>{}(DrillToJson(drill).dump()));
  std::shuffle(groups.begin(), groups.end(), random);
  std::set<std::string> sorts;
  std::vector<std::pair<std::size_t, ChosenFault>> ranked;
  for (auto& [sort, faults] : groups) {
    std::shuffle(faults.begin(), faults.end(), random);
    const std::size_t first = sorts.insert(sort).second ? 0 : 1;
    for (std::size_t at = 0; at < faults.size(); ++at) {
      ranked.emplace_back(at == 0 ? first : 1 + at, faults[at]);
    }
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<ChosenFault> chosen;
  for (const auto& [rank, fault] : ranked) {
    if (chosen.size() < kFaultsOfADrill) chosen.push_back(fault);
  }
  return chosen;
}

bool IsSticky(const trace::What& what) {
  const auto* fail = std::get_if<trace::Fail>(&what);
  return fail != nullptr && fail->is_sticky;
}

class FaultRun {
 public:
  FaultRun(const Drill& drill, const DrillGround& ground)
      : drill_(drill),
        ground_(ground),
        claims_(ground.description.capabilities),
        clock_(drill.start_ms, claims_.HasVirtualClock()),
        opener_(ground.source, ground.timeouts, ground.description),
        laid_{{}, {}, Ledger(claims_, drill.max_entries)} {}

  DrillOutcome Run() {
    auto laid = LayGround(drill_, ground_, clock_);
    if (!laid) return std::move(laid.error());
    laid_ = std::move(*laid);
    auto followed = FollowUndisturbed();
    if (!followed) return std::move(outcome_);
    undisturbed_ = std::move(*followed);
    if (!drill_.plan.actions.empty()) {
      Strike(drill_.plan.actions.front(), std::nullopt);
      return std::move(outcome_);
    }
    for (const auto& [action, kind] : ChooseFaults(undisturbed_, drill_)) {
      Strike(action, kind);
      if (outcome_.failure || outcome_.fault || outcome_.undecided || ground_.IsLate()) break;
    }
    return std::move(outcome_);
  }

 private:
  void Undecided(std::string why) { outcome_.undecided = std::move(why); }

  std::optional<FollowedProcess> Process(const fs::path& dir, const trace::Plan& plan) {
    if (auto written = trace::WriteTree(laid_.tree, dir); !written) {
      Undecided(written.error());
      return std::nullopt;
    }
    FollowedProcess followed =
        Follow({dir, drill_.max_entries, drill_.calls, true}, plan, ground_, clock_);
    if (followed.fault) {
      outcome_.fault = std::move(followed.fault);
      return std::nullopt;
    }
    if (!followed.trace) {
      Undecided(followed.trace.error());
      return std::nullopt;
    }
    return followed;
  }

  std::optional<trace::Trace> FollowUndisturbed() {
    const ScratchDir dir(ground_.dir);
    auto followed = Process(dir.path(), {});
    if (!followed) return std::nullopt;
    Ledger after = laid_.ledger;
    if (auto why = WhyNotUndisturbed(followed->seen, after)) {
      Undecided(std::move(*why));
      return std::nullopt;
    }
    usual_ = SIZE_MAX;  // whatever stands after this is usual
    if (auto failure = Reopen(dir.path(), after, false)) {
      Undecided("the store does not conform where nothing strikes it: " + failure->title);
    }
    if (outcome_.fault || outcome_.undecided) return std::nullopt;
    const auto left = trace::ReadTree(dir.path());
    usual_ = std::max(laid_.tree.names.size(), left ? left->names.size() : 0);
    outcome_.met = {};
    return std::move(*followed->trace);
  }

  // `kind` is what the action fits, where that is known: a process that takes other steps each time
  // may have come to another step at that place.
  void Strike(const trace::Action& action, std::optional<trace::StepKind> kind) {
    const ScratchDir dir(ground_.dir);
    const auto followed = Process(dir.path(), {{action}});
    if (!followed) return;
    const trace::Trace& trace = *followed->trace;
    const auto step = std::find_if(trace.steps.begin(), trace.steps.end(),
                                   [](const auto& each) { return !each.done_to_it.empty(); });
    if (auto why = WhyParted(drill_.approach, trace)) {
      outcome_.has_parted = true;
      return Undecided(std::move(*why));
    }
    if (step == trace.steps.end()) {
      if (!drill_.plan.actions.empty()) Undecided(kNotStruck);
      return;
    }
    if (step->kind == trace::StepKind::kAcknowledge || (kind && step->kind != *kind)) return;
    const StruckProcess struck{followed->seen, *step, IsSticky(action.what),
                               AnswersBefore(trace, step->number)};
    ++outcome_.strikes;
    SightFault(struck, action.what, outcome_.met);
    Ledger ledger = laid_.ledger;
    auto failure = JudgeFault(struck, ledger);
    ledger.TakeEnd();
    if (!failure) failure = Reopen(dir.path(), ledger, IsAcknowledged(struck));
    if (!failure) return;
    outcome_.failing = drill_;
    outcome_.failing.plan = {{action}};
    outcome_.failing.approach = ApproachOf(*step, trace);
    outcome_.failing.tries_survivors = false;
    outcome_.story = TellDrill(*failure, outcome_.failing, laid_.filled, followed->seen, trace);
    outcome_.failure = std::move(failure);
  }

  [[nodiscard]] std::optional<trace::Approach> ApproachOf(const trace::Step& struck,
                                                          const trace::Trace& trace) const {
    if (!drill_.plan.actions.empty()) return drill_.approach;
    for (const trace::Step& step : undisturbed_.steps) {
      if (step.place == struck.place) {
        return ApproachTaken(undisturbed_, step.number, trace);
      }
    }
    return std::nullopt;
  }

  std::optional<Failure> Reopen(const fs::path& dir, const Ledger& ledger, bool is_acknowledged) {
    auto driver = opener_.Running();
    if (!driver) {
      outcome_.fault = std::move(driver.error());
      return std::nullopt;
    }
    const SeenProcess seen = RunErrand(RecoveryErrand(dir, drill_.max_entries), **driver, clock_);
    if (seen.ended) opener_.Kill();
    Owed owed{ledger, ledger, "a failed call", "DUR-6", is_acknowledged ? "DUR-6" : "DUR-7"};
    outcome_.met.Hit("fault-reopened");
    if (auto failure = JudgeRecovery(seen, owed)) return failure;
    outcome_.met.Hit("fault-litter");
    const auto left = trace::ReadTree(dir);
    if (!left || left->names.size() <= usual_ || left->names.size() - usual_ <= kMostLitter)
      return std::nullopt;
    return Failure{{"DUR-8"},
                   "failed calls leave files behind",
                   0,
                   "at most " + std::to_string(usual_ + kMostLitter) + " names after a write",
                   std::to_string(left->names.size()) + " names"};
  }

  const Drill& drill_;
  const DrillGround& ground_;
  const Capabilities& claims_;
  DrillClock clock_;
  Session opener_;
  DrillOutcome outcome_;
  LaidGround laid_;
  trace::Trace undisturbed_;
  std::size_t usual_ = 0;  // names after an undisturbed run
};

}  // namespace

DrillOutcome RunFaultDrill(const Drill& drill, const DrillGround& ground) {
  return FaultRun(drill, ground).Run();
}

}  // namespace holdfast::conformance
