#include "bench/contention/comparison.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "bench/contention/crew.h"
#include "bench/contention/subject.h"

namespace holdfast::bench {
namespace {

constexpr std::size_t kShownTurns = 400;

// Those in the middle of the window, where all are at work.
std::vector<OwnedTurn> SomeTurns(const Performance& performance) {
  std::vector<OwnedTurn> turns = TurnsInOrder(*performance.ledgers);
  const std::size_t from = turns.size() / 2;
  const std::size_t to = std::min(turns.size(), from + kShownTurns);
  std::vector<OwnedTurn> some(turns.begin() + static_cast<std::ptrdiff_t>(from),
                              turns.begin() + static_cast<std::ptrdiff_t>(to));
  for (OwnedTurn& turn : some) {
    turn.begin_ns -= performance.window.begin_ns;
    turn.end_ns -= performance.window.begin_ns;
  }
  return some;
}

// What is kept of one performance beside its figures, until it is known which is the median.
struct Kept {
  std::vector<double> calls_of_each;
  std::map<std::string, std::vector<CurvePoint>> latencies;
  std::vector<OwnedTurn> turns;
};

Kept Keep(const Performance& performance) {
  Kept kept{CallsOfEach(performance), {}, SomeTurns(performance)};
  for (const OpKind kind : kMeasuredOps) {
    auto curve = LatencyCurve(performance, kind);
    if (!curve.empty()) kept.latencies[std::string(OpName(kind))] = std::move(curve);
  }
  return kept;
}

// One store in one scene, repetition by repetition.
class Contest {
 public:
  Contest(const Candidate& candidate, const Scene& scene) : candidate_(candidate) {
    row_.candidate = candidate.name;
    row_.scene = scene;
    if (!candidate.not_here.empty()) Refuse(candidate.not_here);
  }

  void Refuse(std::string reason) {
    row_.reason = std::move(reason);
    is_over_ = true;
  }
  [[nodiscard]] bool is_over() const { return is_over_; }

  void Play(std::uint64_t seed, const Limits& limits) {
    auto performance = Perform(candidate_, row_.scene, seed);
    if (!performance) return Refuse(std::move(performance.error()));
    Integrity seen = CheckIntegrity(*performance);
    row_.integrity.ids_checked += seen.ids_checked;
    row_.integrity.taken_checked += seen.taken_checked;
    row_.integrity.sampled_calls += seen.sampled_calls;
    if (seen.verdict != Integrity::Verdict::kKept) {  // a doubt about one repetition stays
      row_.integrity.verdict = seen.verdict;
      row_.integrity.reason = std::move(seen.reason);
    }
    if (seen.verdict == Integrity::Verdict::kVoid) return Refuse(row_.integrity.reason);
    if (!performance->failure.empty()) return Refuse(std::move(performance->failure));
    row_.repetitions.push_back(FiguresOf(*performance, candidate_, limits));
    kept_.push_back(Keep(*performance));
  }

  Row Finish(const conformance::BackendDescription* description) {
    if (description != nullptr) {
      row_.backend = description->backend.name + " " + description->backend.version;
      row_.persistence = CapabilitiesToJson(description->capabilities).at("persistence");
    }
    row_.outcome = Outcome::kMeasured;
    if (is_over()) row_.outcome = Outcome::kNotMeasured;
    if (row_.integrity.verdict == Integrity::Verdict::kVoid) row_.outcome = Outcome::kVoid;
    // No number where there is none to be had.
    if (row_.outcome != Outcome::kMeasured) {
      row_.repetitions.clear();
      return std::move(row_);
    }
    row_.reason = row_.integrity.reason;
    row_.figures = SpreadsOf(row_.repetitions);
    Kept& median = kept_[MedianRepetition()];
    row_.calls_of_each = std::move(median.calls_of_each);
    row_.latencies = std::move(median.latencies);
    row_.turns = std::move(median.turns);
    return std::move(row_);
  }

 private:
  [[nodiscard]] std::size_t MedianRepetition() const {
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t at = 0; at < row_.repetitions.size(); ++at)
      order.emplace_back(row_.repetitions[at].at("calls_per_s"), at);
    std::sort(order.begin(), order.end());
    return order[order.size() / 2].second;
  }

  const Candidate& candidate_;
  Row row_;
  bool is_over_ = false;
  std::vector<Kept> kept_;
};

// A store and what it has come to in the scenes so far.
struct Entrant {
  const Candidate& candidate;
  Expected<conformance::BackendDescription, std::string> description;
  int failed_in_a_row = 0;
};

// A store that promises nothing to several processes breaks no promise among them.
bool IsTooMuchFor(const Entrant& entrant, const Scene& scene) {
  return entrant.description && scene.sharing == Sharing::kProcesses && scene.contenders > 1 &&
         !entrant.description->capabilities.multi_process;
}

void AddLimits(std::map<Primitive, std::vector<double>>& all, const Limits& limits) {
  for (const auto& [primitive, ns] : limits) all[primitive].push_back(ns);
}

// Errors: a sentence. A disk that is full is no reason to lose the scenes before.
Expected<Limits, std::string> LimitsBeside(const Scene& scene, std::chrono::milliseconds time) {
  try {
    return MeasureLimits(scene.entries, time);
  } catch (const std::exception& error) {
    return Unexpected(std::string("the machine alone could not be measured: ") + error.what());
  }
}

}  // namespace

std::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kMeasured:
      return "measured";
    case Outcome::kVoid:
      return "void";
    case Outcome::kNotMeasured:
      return "not-measured";
  }
  return {};
}

Comparison Compare(const std::vector<Candidate>& candidates, const std::vector<Scene>& scenes,
                   const ComparisonOptions& options) {
  constexpr int kEnough = 3;
  Comparison comparison;
  std::map<Primitive, std::vector<double>> limits_seen;
  std::vector<Entrant> entrants;
  for (const Candidate& candidate : candidates) {
    if (candidate.not_here.empty()) {
      entrants.push_back({candidate, Describe(candidate)});
    } else {
      entrants.push_back({candidate, Unexpected(candidate.not_here)});
    }
  }
  for (const Scene& scene : scenes) {
    if (options.until && std::chrono::steady_clock::now() >= *options.until) {
      comparison.left_out.push_back(scene);
      continue;
    }
    std::vector<Contest> contests;
    for (const Entrant& entrant : entrants) {
      contests.emplace_back(entrant.candidate, scene);
      if (!entrant.description) contests.back().Refuse(entrant.description.error());
      if (IsTooMuchFor(entrant, scene))
        contests.back().Refuse(
            "it does not claim multi_process, so that only a scene of 1 process is for it");
      if (entrant.failed_in_a_row >= kEnough)
        contests.back().Refuse("not asked again after it had failed in three scenes");
    }
    for (std::size_t at = 0; at < options.repetitions && !WasInterrupted(); ++at) {
      const bool any = std::any_of(contests.begin(), contests.end(),
                                   [](const Contest& contest) { return !contest.is_over(); });
      if (!any) break;
      const auto limits = LimitsBeside(scene, options.for_each_limit);
      if (limits && scene.entries == scenes.front().entries) AddLimits(limits_seen, *limits);
      for (Contest& contest : contests) {
        if (contest.is_over() || WasInterrupted()) continue;
        if (limits) {
          contest.Play(options.seed + at, *limits);
        } else {
          contest.Refuse(limits.error());
        }
      }
    }
    if (WasInterrupted()) {
      comparison.interrupted = true;
      break;
    }
    for (std::size_t at = 0; at < contests.size(); ++at) {
      Entrant& entrant = entrants[at];
      Row row = contests[at].Finish(entrant.description ? &*entrant.description : nullptr);
      if (!IsTooMuchFor(entrant, scene)) {
        entrant.failed_in_a_row =
            row.outcome == Outcome::kNotMeasured ? entrant.failed_in_a_row + 1 : 0;
      }
      options.on_row(row);
      comparison.rows.push_back(std::move(row));
    }
  }
  for (auto& [primitive, values] : limits_seen) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    comparison.limits[primitive] = {Median(values), *low, *high, values.size()};
  }
  return comparison;
}

}  // namespace holdfast::bench
