// Why a history of a keyed store is a violation: a name, the clauses, words and a drawing.
#pragma once

#include "conformance/judge/core.h"
#include "conformance/judge/judge.h"
#include "conformance/judge/keyed_store_case.h"
#include "conformance/judge/story.h"

namespace holdfast::conformance {

/// Explains a violation that `finding` holds, as linear::Search() gave it: in points, not events.
[[nodiscard]] Explanation Explain(const ConcurrentHistory& history, KeyedStoreCase& searched,
                                  const linear::Finding& finding);

/// The calls, sorted by their beginning, drawn with their answers, a line for each process.
[[nodiscard]] std::vector<std::string> Lanes(const Story& story,
                                             const std::vector<std::size_t>& calls);

}  // namespace holdfast::conformance
