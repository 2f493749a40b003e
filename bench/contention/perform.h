// One scene played once by one store: filled, contended for, and looked at afterwards.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/contention/candidate.h"
#include "bench/contention/contender.h"
#include "bench/contention/ledger.h"
#include "bench/contention/scene.h"

namespace holdfast::bench {

/// What a performance left behind.
struct Performance {
  Scene scene;
  Window window;
  std::shared_ptr<const Ledgers> ledgers;
  /// What the store held for each id when all had gone, as calls of one more contender: by
  /// IdNumber, those of the sample included.
  std::vector<SampledCall> remains;
  /// Where calls failed, for other reasons than `busy`: how many, and why. There are no figures
  /// then; yet the store can be held to what it did acknowledge.
  std::string failure;
};

/// Plays a scene in a fresh state directory below that of scratch_directory.h. The contenders have
/// opened the store before the window begins, and all of them live until it ends.
/// Errors: a sentence that says why there is nothing to judge: the store does not open, or keeps
/// somebody waiting for ever; a contender or a driver died; the rate was not reached; it was
/// interrupted.
/// Threads: the caller has one.
[[nodiscard]] Expected<Performance, std::string> Perform(const Candidate& candidate,
                                                         const Scene& scene, std::uint64_t seed);

}  // namespace holdfast::bench
