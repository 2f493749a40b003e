// Several stores in several scenes, several times over.
//
// The repetitions of a scene are interleaved: each store plays it once, then each a second time.
// What the machine does meanwhile meets all of them, and beside each round the primitives are
// measured anew.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/contention/candidate.h"
#include "bench/contention/figures.h"
#include "bench/contention/integrity.h"
#include "bench/contention/scene.h"

namespace holdfast::bench {

/// What came of one store in one scene.
enum class Outcome {
  kMeasured,
  kVoid,         ///< It lost or doubled an operation: it has no figures.
  kNotMeasured,  ///< The reason says why.
};
[[nodiscard]] std::string_view OutcomeName(Outcome outcome);

/// One store in one scene.
struct Row {
  std::string candidate;
  std::string backend;  ///< Its name and version as it gives them; empty where it was not asked.
  std::string persistence;  ///< The durability it claims, "none", "process" or "power".
  Scene scene;
  Outcome outcome = Outcome::kNotMeasured;
  std::string reason;  ///< Where it was not measured, or not judged to the end.
  std::vector<Figures> repetitions;
  std::map<std::string, Spread> figures;
  Integrity integrity;  ///< Of the last repetition; the counts of all of them together.
  /// Of the repetition whose throughput is the median:
  std::vector<double> calls_of_each;
  std::map<std::string, std::vector<CurvePoint>> latencies;  ///< By operation.
  std::vector<OwnedTurn> turns;  ///< The first of the second half; times from the window's begin.
};

struct ComparisonOptions {
  std::size_t repetitions = 3;
  std::uint64_t seed = 1;
  std::chrono::milliseconds for_each_limit{30};  ///< So long each primitive is measured.
  /// No scene begins after it. The scenes that were not played are named in the comparison.
  std::optional<std::chrono::steady_clock::time_point> until;
  /// Told of each row when it is done.
  std::function<void(const Row&)> on_row = [](const Row&) {};
};

struct Comparison {
  std::vector<Row> rows;               ///< Scene by scene.
  std::map<Primitive, Spread> limits;  ///< Units: ns; those of as many entries as the
                                       ///< first scene has.
  std::vector<Scene> left_out;         ///< For which no time was left.
  bool interrupted = false;
};

/// Plays all. A store that fails in a scene is not asked to repeat it; one that fails in three
/// scenes one after the other is not asked again. Threads: the caller has one.
[[nodiscard]] Comparison Compare(const std::vector<Candidate>& candidates,
                                 const std::vector<Scene>& scenes,
                                 const ComparisonOptions& options);

}  // namespace holdfast::bench
