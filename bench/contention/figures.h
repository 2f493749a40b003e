// The figures of a performance, and of several as their median with the spread.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "bench/contention/candidate.h"
#include "bench/contention/perform.h"
#include "bench/contention/primitives.h"
#include "bench/contention/turns.h"

namespace holdfast::bench {

/// By name. What the names mean stands in bench/README.md; a name ends with its unit. A
/// figure that does not apply to a scene is left out.
using Figures = std::map<std::string, double>;

/// `limits` were measured beside it.
[[nodiscard]] Figures FiguresOf(const Performance& performance, const Candidate& candidate,
                                const Limits& limits);

/// The measured calls of each contender, in the window or after it.
[[nodiscard]] std::vector<double> CallsOfEach(const Performance& performance);

/// Of one figure in several performances.
struct Spread {
  double median = 0;
  double low = 0;
  double high = 0;
  std::size_t count = 0;
};
/// Of those that all have.
[[nodiscard]] std::map<std::string, Spread> SpreadsOf(const std::vector<Figures>& repetitions);

/// Latencies at percentiles that a curve is drawn by.
struct CurvePoint {
  double percent = 0;
  double us = 0;
};
/// Of one operation; empty where it was not measured.
[[nodiscard]] std::vector<CurvePoint> LatencyCurve(const Performance& performance, OpKind kind);

}  // namespace holdfast::bench
