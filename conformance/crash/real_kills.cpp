// The part of a crash drill in which processes are really killed.
#include <algorithm>
#include <random>
#include <set>

#include "conformance/crash/crash_run.h"
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

}  // namespace

std::optional<CrashRun::Struck> CrashRun::KillForReal(const trace::Plan& plan,
                                                      const trace::Tree& from) {
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

void CrashRun::Strike() {
  const auto struck = KillForReal(drill_.plan, start_);
  if (!struck || HasParted(drill_.approach, struck->trace)) return;
  if (!struck->has_struck) return (void)Undecided(kNotStruck);
  Owed owed = OwedAt(AnswersBefore(struck->trace, struck->trace.steps.size()), *base_, seen_);
  ++outcome_.strikes;
  if (!drill_.recovery_plan.actions.empty()) return StrikeTheRecovery(*struck, owed);
  if (auto failure = Recover(struck->dir, owed)) {
    Fail(std::move(*failure), drill_.plan, struck->trace, drill_.approach);
  } else if (!HasEnded()) {
    SeeWhatPilesUp(drill_.plan, struck->trace, drill_.approach);
  }
}

void CrashRun::StrikeTheRecovery(const Struck& struck, const Owed& owed) {
  FollowedProcess followed =
      Follow(RecoveryErrand(struck.dir, drill_.max_entries), drill_.recovery_plan, ground_, clock_);
  if (followed.fault) return (void)End(*followed.fault);
  if (!followed.trace) return (void)Undecided(followed.trace.error());
  if (HasParted(drill_.recovery_approach, *followed.trace)) return;
  if (!HasStruck(*followed.trace)) return (void)Undecided(kNotStruck);
  Owed then = OwedAt(AnswersBefore(*followed.trace, followed.trace->steps.size()), owed.possible,
                     followed.seen);
  if (auto failure = Recover(struck.dir, then)) {
    Fail(std::move(*failure), drill_.plan, struck.trace, drill_.approach);
  }
}

void CrashRun::CheckByRealKills(const trace::Trace& trace) {
  for (std::size_t at = 1; at <= kRealKills && !IsOver(); ++at) {
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
    if (!failure) continue;
    Fail(std::move(*failure), KillAt(trace.steps[k].place), struck->trace,
         ApproachTaken(trace, k, struck->trace));
  }
}

std::vector<std::uint64_t> CrashRun::Leftovers(const trace::Trace& trace,
                                               const trace::Tree& start) const {
  trace::Tree tree = start;
  std::set<std::string> seen;
  std::vector<std::pair<std::uint64_t, std::size_t>> states;  // with the number of names
  for (std::uint64_t k = 0; k < trace.steps.size(); ++k) {
    if (AnswersBefore(trace, k) >= kAnswersBeforeCalls &&
        seen.insert(trace::ContentHash(tree)).second) {
      states.emplace_back(k, tree.names.size());
    }
    if (!trace::Apply(tree, trace.steps[k], trace)) return {};
  }
  const auto most =
      std::max_element(states.begin(), states.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most == states.end()) return {};
  std::iter_swap(states.begin(), most);
  std::shuffle(states.begin() + 1, states.end(),
               std::mt19937_64(std::hash<std::string>{}(DrillToJson(drill_).dump())));
  std::vector<std::uint64_t> chosen;
  for (const auto& [k, names] : states) chosen.push_back(k);
  return chosen;
}

void CrashRun::KillTheRecovery(std::uint64_t k, const trace::Trace& trace, const trace::Tree& start,
                               const SeenProcess& recorded) {
  const auto tree = trace::TreeBefore(k, start, trace);
  const fs::path dir = NewFolder();
  if (!tree || !trace::WriteTree(*tree, dir)) return;
  FollowedProcess followed = Follow(RecoveryErrand(dir, drill_.max_entries), {}, ground_, clock_);
  if (followed.fault) return (void)End(*followed.fault);
  if (!followed.trace) return (void)Undecided(followed.trace.error());
  const trace::Trace second = std::move(*followed.trace);
  const Owed owed = OwedAt(AnswersBefore(trace, k), *base_, recorded);
  const std::uint64_t before = outcome_.strikes;
  JudgeStates(second, followed.start, owed.possible, followed.seen);
  outcome_.met.Add("crash-in-recovery", outcome_.strikes - before);
  if (!outcome_.failure) return;
  outcome_.failing.plan = KillAt(trace.steps[k].place);
  outcome_.failing.approach = trace::ApproachTo(trace, k);
  outcome_.failing.recovery_plan = KillAt(point_.place);
  outcome_.failing.recovery_approach = trace::ApproachTo(second, point_.number);
  Confirm(second);
}

std::optional<std::size_t> CrashRun::UsualNames() {
  const fs::path dir = NewFolder();
  if (!trace::WriteTree(start_, dir)) return std::nullopt;
  auto driver = opener_.Running();
  if (!driver) return std::nullopt;
  (void)RunErrand(Calls(dir), **driver, clock_);
  return NamesAfterWrite(dir);
}

std::optional<std::size_t> CrashRun::NamesAfterWrite(const fs::path& dir) {
  auto driver = opener_.Running();
  if (!driver) return std::nullopt;
  (void)RunErrand(RecoveryErrand(dir, drill_.max_entries), **driver, clock_);
  const auto left = trace::ReadTree(dir);
  return left ? std::optional(left->names.size()) : std::nullopt;
}

void CrashRun::SeeWhatPilesUp(const trace::Plan& plan, const trace::Trace& trace,
                              Approach approach) {
  trace::Tree tree = start_;
  fs::path dir;
  for (std::size_t kill = 0; kill < kPilingKills; ++kill) {
    const auto struck = KillForReal(plan, tree);
    if (!struck || !struck->has_struck) return;
    if (kill == 0 && WhyParted(approach, struck->trace)) approach.reset();
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
       plan, trace, std::move(approach));
}

}  // namespace holdfast::conformance
