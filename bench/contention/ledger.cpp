#include "bench/contention/ledger.h"

#include <algorithm>

namespace holdfast::bench {

void Ledger::Fail(std::string_view why) const {
  const std::size_t bytes = std::min(why.size(), tally.failure.size() - 1);
  std::copy_n(why.begin(), bytes, tally.failure.begin());
  tally.failure[bytes] = '\0';
}

Ledgers::Ledgers(const Scene& scene)
    : ids_(2 * scene.entries),
      tallies_(scene.contenders),
      latency_(scene.contenders * kMeasuredOps.size()),
      turns_(scene.contenders * kTurns),
      last_writes_(scene.contenders * ids_),
      sample_(scene.contenders * kSampledCalls) {}

Ledger Ledgers::Of(std::size_t contender) const {
  return {tallies_[contender], latency_.Part(contender * kMeasuredOps.size(), kMeasuredOps.size()),
          turns_.Part(contender * kTurns, kTurns), last_writes_.Part(contender * ids_, ids_),
          sample_.Part(contender * kSampledCalls, kSampledCalls)};
}

}  // namespace holdfast::bench
