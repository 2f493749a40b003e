// Why a history of a keyed store is a violation: a name, the clauses, words and a drawing.
#pragma once

#include "conformance/judge/core.h"
#include "conformance/judge/judge.h"
#include "conformance/judge/keyed_store_case.h"

namespace holdfast::conformance {

/// Explains a violation that `finding` holds, as linear::Search() gave it: in points, not events.
[[nodiscard]] Explanation Explain(const ConcurrentHistory& history, KeyedStoreCase& searched,
                                  const linear::Finding& finding);

}  // namespace holdfast::conformance
