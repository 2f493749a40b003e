// Judges a concurrent history by the model: is there an order of its operations that explains what
// they answered (CON-1), with the kills taken into account (DUR-2)?
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "conformance/judge/concurrent_history.h"
#include "conformance/judge/search_case.h"
#include "conformance/linear/search.h"

namespace holdfast::conformance {

/// Why a history is a violation, for a person.
struct Explanation {
  std::string name;                  ///< For instance "double consume".
  std::vector<std::string> clauses;  ///< The most telling first.
  std::vector<std::string> words;    ///< Sentences: the impossible result, and why each call that
                                     ///< could have led to it did not.
  std::vector<std::string> lanes;    ///< The core drawn, a line for each process; at most 100
                                     ///< columns.
  std::vector<std::size_t> core;     ///< Indices of calls, by their beginning.
  std::string expected;
  std::string got;
};

struct HistoryJudgement {
  linear::Answer answer = linear::Answer::kUnknown;
  linear::Finding finding;                 ///< As OnHistory() has it.
  std::optional<Explanation> explanation;  ///< Of a violation.
  /// Calls that answered io, durability or internal and said that nothing was changed. The verdict
  /// takes their word for it, and does not judge whether they had reason to fail (DUR-6).
  std::vector<std::size_t> failures;
};

/// Searches. A finding "linearizable" has been replayed step by step through a model of its own.
[[nodiscard]] linear::Finding SearchAndReplay(SearchCase& searched, const linear::Budget& budget);

/// A finding on a case's timeline as one on its history: the witness holds indices of calls, and
/// the furthest point is an index of events.
[[nodiscard]] linear::Finding OnHistory(linear::Finding finding, const SearchCase& searched);

/// Judges, and leaves out the explanation, which costs many times the verdict.
[[nodiscard]] HistoryJudgement FindVerdict(const ConcurrentHistory& history,
                                           const linear::Budget& budget = {});

/// Judges, and explains a violation. How the calls count:
///  - A call without a result may have happened or not; once its process was reaped, no more.
///  - So may one that was refused with the effect `unknown` (ERR-2).
///  - `busy`, `io`, `durability` and `internal` with the effect `none` changed nothing, and are
///  left
///    out. Any other refusal must be one that the model allows.
/// Threads: any.
[[nodiscard]] HistoryJudgement JudgeHistory(const ConcurrentHistory& history,
                                            const linear::Budget& budget = {});

}  // namespace holdfast::conformance
