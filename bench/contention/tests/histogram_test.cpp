#include "bench/contention/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <vector>

namespace holdfast::bench {
namespace {

std::unique_ptr<Histogram> HistogramOf(const std::vector<std::int64_t>& values) {
  auto histogram = std::make_unique<Histogram>();
  for (const std::int64_t value : values) histogram->Add(value);
  return histogram;
}

TEST(Histogram, KnowsEveryPercentileToOnePartIn128) {
  std::mt19937_64 random(1);
  std::vector<std::int64_t> values;
  // From nanoseconds to minutes, each power of two as likely as another.
  for (int n = 0; n < 20'000; ++n)
    values.push_back(static_cast<std::int64_t>(random() >> (23 + random() % 40)));
  const auto histogram = HistogramOf(values);
  std::sort(values.begin(), values.end());
  for (const double percent : {0.01, 1.0, 10.0, 50.0, 90.0, 99.0, 99.9, 99.99, 100.0}) {
    const auto rank =
        static_cast<std::size_t>(std::ceil(percent / 100 * static_cast<double>(values.size())));
    const std::int64_t exact = values[std::max<std::size_t>(rank, 1) - 1];
    EXPECT_GE(histogram->PercentileNs(percent), exact) << percent;
    EXPECT_LE(histogram->PercentileNs(percent), exact + exact / 128 + 1) << percent;
  }
  EXPECT_EQ(histogram->count(), values.size());
  EXPECT_EQ(histogram->max_ns(), values.back());
  EXPECT_EQ(histogram->PercentileNs(100), values.back());
}

TEST(Histogram, KeepsShortDurationsExactly) {
  for (std::int64_t ns = 0; ns < 256; ++ns)
    EXPECT_EQ(HistogramOf({ns, 1'000'000})->PercentileNs(50), ns);
}

TEST(Histogram, GivesEachDurationACounterThatStandsForIt) {
  for (int power = 0; power <= Histogram::kLargestPower; ++power) {
    for (const std::int64_t off : {-1, 0, 1}) {
      const std::int64_t ns = (std::int64_t{1} << power) + off;
      const std::size_t counter = Histogram::CounterOf(ns);
      ASSERT_LT(counter, Histogram::kCounters);
      if (power == Histogram::kLargestPower && off >= 0) continue;  // counts as the longest
      EXPECT_GE(Histogram::HighestOf(counter), ns);
      if (counter > 0) {
        EXPECT_LT(Histogram::HighestOf(counter - 1), ns);
      }
    }
  }
}

TEST(Histogram, TakesWhatIsOutOfItsRange) {
  const auto histogram = HistogramOf({-5, std::int64_t{1} << 50});
  EXPECT_EQ(histogram->count(), 2U);
  EXPECT_EQ(histogram->PercentileNs(50), 0);
  EXPECT_EQ(histogram->max_ns(), std::int64_t{1} << 50);
}

TEST(Histogram, IsZeroWhereNothingWasAdded) {
  const Histogram histogram{};
  EXPECT_EQ(histogram.PercentileNs(99), 0);
  EXPECT_EQ(histogram.mean_ns(), 0);
}

TEST(Histogram, MergesToWhatAddingAllWouldGive) {
  const std::vector<std::int64_t> some = {10, 300, 70'000};
  const std::vector<std::int64_t> others = {20, 300, 9'000'000};
  auto merged = HistogramOf(some);
  merged->Merge(*HistogramOf(others));
  const auto all = HistogramOf({10, 300, 70'000, 20, 300, 9'000'000});
  for (const double percent : {1.0, 34.0, 50.0, 67.0, 84.0, 100.0})
    EXPECT_EQ(merged->PercentileNs(percent), all->PercentileNs(percent));
  EXPECT_EQ(merged->mean_ns(), all->mean_ns());
}

}  // namespace
}  // namespace holdfast::bench
