// Which situations an operation that was judged legal has met.
#pragma once

#include <string_view>
#include <vector>

#include "conformance/check/chronicle.h"
#include "holdfast/spec/model.h"

namespace holdfast::conformance {

/// A legal operation and what surrounded it.
struct Sighting {
  const Operation& operation;
  const Result& result;
  model::Instant now;
  const model::State& before;
  const model::State& after;
  const model::Policy& policy;
  const Chronicle& chronicle;    ///< As it was before the operation.
  bool through_another_handle;   ///< The operation before it on this namespace went through another
                                 ///< store handle.
  bool neighbours_hold_entries;  ///< Another namespace of the program is not empty.
  bool first_write_after_smaller_cap;
};

/// Names of SequentialSituations(); one may stand more than once.
[[nodiscard]] std::vector<std::string_view> SituationsOf(const Sighting& sighting);

}  // namespace holdfast::conformance
