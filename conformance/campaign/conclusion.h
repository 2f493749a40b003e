// How a level comes to its verdict from what it found and what it met: the same way for all.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "conformance/campaign/level.h"

namespace holdfast::conformance {

/// Failures of one name are told once: the clause they are laid to, and the title.
using FailureName = std::pair<std::string, std::string>;
[[nodiscard]] FailureName NameOf(const Failure& failure);

/// Adds a failure that was cut down. Failures of different names often turn out to be the same once
/// they are small: of two with one name the shorter story stays, where it showed again.
void AddFailure(std::vector<FoundFailure>& failures, FoundFailure found);

/// What a level knows at its end besides its report. Each sentence is empty where there is nothing
/// to say.
struct LevelEnd {
  std::uint64_t planned = 0;
  bool interrupted = false;
  std::string weakness;  ///< Why what was met says little.
  std::vector<const Situation*> below_floor;
  std::string undecided;  ///< Why programs could not be judged.
  std::string remark;     ///< Of a pass.
};

/// Sets verdict and reason. The first of these decides: failures, a driver fault, an interruption,
/// a weakness, undecided programs, a situation below its floor, no program at all where some were
/// planned; then it is a pass.
void Conclude(LevelReport& report, const LevelEnd& end);

}  // namespace holdfast::conformance
