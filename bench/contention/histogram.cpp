#include "bench/contention/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace holdfast::bench {
namespace {

constexpr std::int64_t kLongest = (std::int64_t{1} << Histogram::kLargestPower) - 1;

}  // namespace

std::size_t Histogram::CounterOf(std::int64_t ns) {
  const auto value = static_cast<std::uint64_t>(std::clamp<std::int64_t>(ns, 0, kLongest));
  const int power = std::max(static_cast<int>(std::bit_width(value)) - (kPartBits + 1), 0);
  return (static_cast<std::size_t>(power) << kPartBits) + static_cast<std::size_t>(value >> power);
}

std::int64_t Histogram::HighestOf(std::size_t counter) {
  constexpr std::size_t kParts = std::size_t{1} << kPartBits;
  if (counter < 2 * kParts) return static_cast<std::int64_t>(counter);
  const std::size_t power = (counter >> kPartBits) - 1;
  const std::size_t part = counter - (power << kPartBits);
  return static_cast<std::int64_t>(((part + 1) << power) - 1);
}

void Histogram::Add(std::int64_t ns) {
  ++counters_[CounterOf(ns)];
  ++count_;
  max_ns_ = std::max(max_ns_, ns);
  sum_ns_ += static_cast<double>(ns);
}

void Histogram::Merge(const Histogram& other) {
  for (std::size_t at = 0; at < kCounters; ++at) counters_[at] += other.counters_[at];
  count_ += other.count_;
  max_ns_ = std::max(max_ns_, other.max_ns_);
  sum_ns_ += other.sum_ns_;
}

double Histogram::mean_ns() const {
  return count_ == 0 ? 0 : sum_ns_ / static_cast<double>(count_);
}

std::int64_t Histogram::PercentileNs(double percent) const {
  if (count_ == 0) return 0;
  const auto wanted = std::max<std::uint64_t>(
      static_cast<std::uint64_t>(std::ceil(percent / 100 * static_cast<double>(count_))), 1);
  std::uint64_t seen = 0;
  for (std::size_t at = 0; at < kCounters; ++at) {
    seen += counters_[at];
    if (seen >= wanted) return std::min(HighestOf(at), max_ns_);
  }
  return max_ns_;
}

}  // namespace holdfast::bench
