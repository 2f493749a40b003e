// What may have become of the units that no barrier has covered: every combination that the rules
// let be, or a sample of them where there are too many. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "conformance/power/disk.h"
#include "conformance/power/disk_states.h"
#include "conformance/power/rules.h"

namespace holdfast::power {

/// What is known when the plug is pulled.
struct Pulled {
  const std::vector<Unit>& units;
  std::size_t begun;           ///< How many of the units had begun.
  const Uncovered& uncovered;  ///< Of these.
  const Disk& names;           ///< The start, for its names; what it holds does not count.
};

/// Takes the fates of the pending units, in their order; false where it has seen enough.
using TakeChoices = std::function<bool(const std::vector<Choice>&)>;

/// Every combination, once. The bytes of a file that no name leads to make no difference, and are
/// there. Returns false where `take` had seen enough.
bool EveryChoice(const Pulled& pulled, const TakeChoices& take);

/// Sampled: all there; none; every prefix; each one unit lost, or torn, or zeros, and all others
/// there; each one there, with what it needs, and all others lost; pairs lost, of which no more
/// than `bounds.exhaustive_to` are drawn; and `bounds.samples` by lot. Where there are more than
/// `most` units, so many of them are lost or there alone, evenly spread, and so many prefixes.
void SampledChoices(const Pulled& pulled, const Bounds& bounds, std::size_t most,
                    const TakeChoices& take);

}  // namespace holdfast::power
