#include "conformance/concurrent/shrink_race.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <tuple>

namespace holdfast::conformance {
namespace {

using Clock = std::chrono::steady_clock;

// The failure rate is measured over so many runs at most, before and after.
constexpr int kFirstRuns = 12;
constexpr int kLastRuns = 20;
constexpr std::chrono::seconds kMeasuring{1};
// A candidate whose rate is that of `found` is missed by one in twenty.
constexpr double kConfidence = 3.0;
constexpr int kMostRepeats = 60;

// Whether each request of a client is kept, from the one after its first opening on: calls, and
// what the suite asks for itself.
template <typename Keep>
std::vector<bool> KeptRequests(const Race& race, std::size_t client, const Keep& keep) {
  std::vector<bool> kept;
  const auto add = [&](std::size_t calls, std::size_t phase, std::size_t branch) {
    for (std::size_t call = 0; call < calls; ++call) kept.push_back(keep(phase, branch, call));
  };
  if (client == 0) add(race.prefix.size(), CallPlace::kPrefix, 0);
  for (std::size_t phase = 0; phase < race.phases.size(); ++phase) {
    const Phase& from = race.phases[phase];
    if (from.reopen) kept.push_back(true);
    if (client == 0) add(from.first.size(), phase, CallPlace::kFirst);
    if (client < from.branches.size()) add(from.branches[client].calls.size(), phase, client);
    kept.push_back(true);  // the barrier
  }
  return kept;
}

// The delays at requests that are kept, which have other numbers then.
template <typename Keep>
std::vector<StepDelay> MovedDelays(const Race& race, const Keep& keep) {
  std::vector<StepDelay> moved;
  for (StepDelay delay : race.delays) {
    const std::vector<bool> kept = KeptRequests(race, delay.client, keep);
    const std::int64_t at = delay.operation - kFirstRequest;
    if (at >= 0) {
      if (at >= std::ssize(kept) || !kept[static_cast<std::size_t>(at)]) continue;
      delay.operation = kFirstRequest + std::count(kept.begin(), kept.begin() + at, true);
    }
    moved.push_back(delay);
  }
  return moved;
}

// Leaves out the calls that `keep` refuses, with what is empty then, and counts the disturbances
// anew.
template <typename Keep>
Race Filtered(const Race& race, const Keep& keep) {
  Race smaller = race;
  smaller.delays = MovedDelays(race, keep);
  smaller.prefix.clear();
  for (std::size_t call = 0; call < race.prefix.size(); ++call) {
    if (keep(CallPlace::kPrefix, 0, call)) smaller.prefix.push_back(race.prefix[call]);
  }
  for (std::size_t phase = 0; phase < race.phases.size(); ++phase) {
    smaller.phases[phase].first.clear();
    for (std::size_t call = 0; call < race.phases[phase].first.size(); ++call) {
      if (keep(phase, CallPlace::kFirst, call)) {
        smaller.phases[phase].first.push_back(race.phases[phase].first[call]);
      }
    }
    for (std::size_t number = 0; number < race.phases[phase].branches.size(); ++number) {
      const Branch& from = race.phases[phase].branches[number];
      Branch& to = smaller.phases[phase].branches[number];
      to.calls.clear();
      for (std::size_t call = 0; call < from.calls.size(); ++call) {
        if (keep(phase, number, call)) to.calls.push_back(from.calls[call]);
        if (from.kill && from.kill->call == call) {
          to.kill->call = std::max<std::size_t>(to.calls.size(), 1) - 1;
        }
        if (from.stall && from.stall->call == call) {
          to.stall->call = std::max<std::size_t>(to.calls.size(), 1) - 1;
        }
      }
    }
  }
  return smaller;
}

// Without branches at the end of a phase, and phases at the end, that do nothing.
Race Trimmed(Race race) {
  for (Phase& phase : race.phases) {
    while (!phase.branches.empty() && phase.branches.back().calls.empty()) {
      phase.branches.pop_back();
    }
  }
  while (!race.phases.empty() && race.phases.back().branches.empty() &&
         race.phases.back().first.empty()) {
    race.phases.pop_back();
  }
  return race;
}

class Shrinker {
 public:
  Shrinker(FailedRace found, const TryRace& try_race, Clock::time_point deadline,
           const std::function<bool()>& is_interrupted)
      : best_(std::move(found)),
        try_race_(try_race),
        deadline_(deadline),
        is_interrupted_(is_interrupted) {}

  ShrunkRace Run() {
    const FailureRate first = Measure(kFirstRuns);
    repeats_ = kMostRepeats;
    if (first.failed > 0) {
      const double rate = static_cast<double>(first.failed) / first.runs;
      repeats_ = std::clamp(static_cast<int>(std::ceil(kConfidence / rate)), 3, kMostRepeats);
    }
    // What never failed again may where nothing keeps the calls of the core apart.
    if (!KeepTheCore() && first.failed == 0) return {std::move(best_), first, true};
    bool smaller = true;
    while (smaller && !IsSpent()) {
      const bool dropped = DropParts();
      smaller = Simplify() || dropped;
    }
    const bool cut_short = IsSpent();
    return {best_, MeasureAgain(first), cut_short};
  }

 private:
  [[nodiscard]] bool IsSpent() const { return Clock::now() >= deadline_ || IsInterrupted(); }
  [[nodiscard]] bool IsInterrupted() const { return is_interrupted_ && is_interrupted_(); }

  // Keeps the run whose story is the shortest.
  void Note(FailedRace failed) {
    const auto size = [](const FailedRace& race) {
      return std::make_tuple(race.race.CountOperations(), race.judgement.core.size(),
                             race.judgement.story.size());
    };
    if (size(failed) <= size(best_)) best_ = std::move(failed);
  }

  FailureRate Measure(int runs) {
    FailureRate rate;
    const auto end = std::min(deadline_, Clock::now() + kMeasuring);
    const Race race = best_.race;
    while (rate.runs < runs && !IsInterrupted() && (rate.runs == 0 || Clock::now() < end)) {
      auto failed = try_race_(race);
      ++rate.runs;
      if (!failed) continue;
      ++rate.failed;
      Note(std::move(*failed));
    }
    return rate;
  }

  FailureRate MeasureAgain(const FailureRate& first) {
    deadline_ = std::max(deadline_, Clock::now() + kMeasuring);
    const FailureRate last = Measure(kLastRuns);
    return last.runs > 0 ? last : first;
  }

  bool Try(Race candidate) {
    candidate = Trimmed(std::move(candidate));
    if (candidate == best_.race || candidate.CountOperations() == 0) return false;
    for (int run = 0; run < repeats_ && !IsSpent(); ++run) {
      auto failed = try_race_(candidate);
      if (!failed) continue;
      best_ = std::move(*failed);
      return true;
    }
    return false;
  }

  bool KeepTheCore() {
    std::set<std::tuple<std::size_t, std::size_t, std::size_t>> told;
    for (const std::size_t call : best_.judgement.core) {
      const CallPlace& place = best_.run.places[call];
      told.insert({place.phase, place.branch, place.call});
    }
    if (told.empty()) return false;
    return Try(Filtered(best_.race, [&](std::size_t phase, std::size_t branch, std::size_t call) {
      return told.count({phase, branch, call}) > 0;
    }));
  }

  bool DropParts() {
    const std::size_t before = best_.race.CountOperations();
    for (std::size_t phase = best_.race.phases.size(); phase-- > 0;) {
      DropPhase(phase);
      if (phase >= best_.race.phases.size()) continue;
      for (std::size_t branch = best_.race.phases[phase].branches.size(); branch-- > 0;) {
        DropBranch(phase, branch);
        DropCalls(phase, branch);
      }
      DropFirst(phase);
    }
    DropPrefix();
    return best_.race.CountOperations() < before;
  }

  void DropPhase(std::size_t phase) {
    if (IsSpent()) return;
    Race candidate = best_.race;
    candidate.phases.erase(candidate.phases.begin() + static_cast<std::ptrdiff_t>(phase));
    Try(std::move(candidate));
  }

  void DropBranch(std::size_t phase, std::size_t branch) {
    if (IsSpent() || !Exists(phase, branch)) return;
    Race candidate = best_.race;
    auto& branches = candidate.phases[phase].branches;
    branches.erase(branches.begin() + static_cast<std::ptrdiff_t>(branch));
    Try(std::move(candidate));
  }

  void DropCalls(std::size_t phase, std::size_t branch) {
    if (!Exists(phase, branch)) return;
    for (std::size_t call = best_.race.phases[phase].branches[branch].calls.size(); call-- > 0;) {
      if (IsSpent() || !Exists(phase, branch)) return;
      TryWithout(phase, branch, call);
    }
  }

  void DropFirst(std::size_t phase) {
    if (phase >= best_.race.phases.size()) return;
    for (std::size_t call = best_.race.phases[phase].first.size(); call-- > 0 && !IsSpent();) {
      if (phase < best_.race.phases.size()) TryWithout(phase, CallPlace::kFirst, call);
    }
  }

  void DropPrefix() {
    for (std::size_t call = best_.race.prefix.size(); call-- > 0 && !IsSpent();) {
      TryWithout(CallPlace::kPrefix, 0, call);
    }
  }

  void TryWithout(std::size_t phase, std::size_t branch, std::size_t call) {
    Try(Filtered(best_.race, [&](std::size_t p, std::size_t b, std::size_t c) {
      return p != phase || b != branch || c != call;
    }));
  }

  [[nodiscard]] bool Exists(std::size_t phase, std::size_t branch) const {
    return phase < best_.race.phases.size() && branch < best_.race.phases[phase].branches.size();
  }

  // All of them, then half of them, down to one at a time.
  bool DropDelays() {
    const std::size_t before = best_.race.delays.size();
    for (std::size_t size = before; size > 0; size /= 2) {
      for (std::size_t from = 0; from < best_.race.delays.size() && !IsSpent();) {
        Race candidate = best_.race;
        const auto begin = candidate.delays.begin() + static_cast<std::ptrdiff_t>(from);
        const auto most = static_cast<std::size_t>(candidate.delays.end() - begin);
        candidate.delays.erase(begin, begin + static_cast<std::ptrdiff_t>(std::min(size, most)));
        if (!Try(std::move(candidate))) from += size;
      }
    }
    return best_.race.delays.size() < before;
  }

  bool Simplify() {
    bool changed = false;
    const auto edit = [&](const auto& change) {
      if (IsSpent()) return;
      Race candidate = best_.race;
      change(candidate);
      if (!(candidate == best_.race)) changed |= Try(std::move(candidate));
    };
    for (std::size_t phase = 0; phase < best_.race.phases.size(); ++phase) {
      edit([&](Race& race) {
        for (Branch& branch : race.phases[phase].branches) branch.kill.reset();
      });
      edit([&](Race& race) {
        for (Branch& branch : race.phases[phase].branches) branch.stall.reset();
      });
      edit([&](Race& race) {
        for (Branch& branch : race.phases[phase].branches) branch.pause_us = 0;
      });
      edit([&](Race& race) { race.phases[phase].hold_ms.reset(); });
      edit([&](Race& race) { race.phases[phase].reopen = false; });
    }
    changed |= DropDelays();
    edit([](Race& race) { race.aliased = false; });
    edit([](Race& race) { race.machine_clock = false; });
    edit([](Race& race) { race.default_ttl_ms.reset(); });
    edit([](Race& race) { race.max_entries = Race{}.max_entries; });
    return changed;
  }

  FailedRace best_;
  const TryRace& try_race_;
  Clock::time_point deadline_;
  const std::function<bool()>& is_interrupted_;
  int repeats_ = 3;
};

}  // namespace

ShrunkRace ShrinkRace(FailedRace found, const TryRace& try_race, Clock::time_point deadline,
                      const std::function<bool()>& is_interrupted) {
  return Shrinker(std::move(found), try_race, deadline, is_interrupted).Run();
}

}  // namespace holdfast::conformance
