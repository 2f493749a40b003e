// Names what went wrong: from a result that the model does not allow to the clause it breaks, in
// words.
#pragma once

#include "conformance/check/chronicle.h"
#include "conformance/check/verdict.h"
#include "holdfast/spec/model.h"

namespace holdfast::conformance {

/// A result that none of the model's states allows.
struct Contradiction {
  std::size_t step;
  const Operation& operation;
  const Result& observed;
  model::Instant now;
  const model::Policy& policy;
  const std::vector<model::State>& states;  ///< The states the store could be in. At least one.
  const Chronicle& chronicle;               ///< Of this namespace.
  const std::vector<const Chronicle*>& neighbours;  ///< Of the program's other namespaces.
};

/// Judged against the first of the states: where the model leaves several, each is as good a
/// witness.
[[nodiscard]] Failure Diagnose(const Contradiction& contradiction);

}  // namespace holdfast::conformance
