// How often a call took how long, kept so that adding costs a few instructions and no memory.
//
// Log-linear, the layout of HdrHistogram: up to 256 ns every nanosecond has a counter of its own,
// above that every power of two is cut into 128 equal parts. So a value is known to 1 part in 128,
// however long it is. Source: G. Tene, HdrHistogram.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace holdfast::bench {

/// Counts of durations from 0 to 2^42 ns (73 minutes); longer ones count as that.
/// Lifetime: plain data without pointers, all zero to begin with, so that it can lie in memory that
/// processes share. Threads: one adds; others read when it has stopped.
class Histogram {
 public:
  void Add(std::int64_t ns);
  void Merge(const Histogram& other);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// The longest as it was added, not rounded. Units: ns. 0 where nothing was added.
  [[nodiscard]] std::int64_t max_ns() const { return max_ns_; }
  /// The mean of what was added, not rounded. Units: ns. 0 where nothing was added.
  [[nodiscard]] double mean_ns() const;
  /// The least counter at or below which at least `percent` of all values lie, as the highest value
  /// that it stands for and never more than max_ns(). Units: ns. 0 where nothing was added.
  [[nodiscard]] std::int64_t PercentileNs(double percent) const;

  static constexpr int kPartBits = 7;       ///< 2^7 parts of a power of two.
  static constexpr int kLargestPower = 42;  ///< The longest duration, as a power of two.
  static constexpr std::size_t kCounters = (kLargestPower - kPartBits + 1) << kPartBits;

  /// The counter of a duration, and the highest duration that a counter stands for.
  [[nodiscard]] static std::size_t CounterOf(std::int64_t ns);
  [[nodiscard]] static std::int64_t HighestOf(std::size_t counter);

 private:
  std::array<std::uint64_t, kCounters> counters_;
  std::uint64_t count_;
  std::int64_t max_ns_;
  double sum_ns_;
};

}  // namespace holdfast::bench
