// Whether a store that was timed did what it was timed for. A store that loses or doubles an
// operation has no speed: its figures are void.
//
// Four looks at one performance. What each contender saw at once: an entry that stays is found, a
// record is one that was written there, a claim keeps the others out. All that was consumed: no
// record twice. What is left: for each id the last write is there, and where writes overlapped, one
// of them. And a sample of the calls as a history, judged as the conformance suite judges one.
#pragma once

#include <cstddef>
#include <string>

#include "bench/contention/perform.h"
#include "conformance/judge/concurrent_history.h"

namespace holdfast::bench {

struct Integrity {
  enum class Verdict {
    kKept,
    kVoid,
    kUndecided,  ///< Nothing wrong was seen, but the sample could not be judged to its end.
  } verdict = Verdict::kKept;
  std::string reason;             ///< Where it was not kept.
  std::size_t ids_checked = 0;    ///< Whose last write was looked for.
  std::size_t taken_checked = 0;  ///< Records consumed that were held against each other.
  std::size_t sampled_calls = 0;  ///< Calls of the history.
};

[[nodiscard]] Integrity CheckIntegrity(const Performance& performance);

/// The sample as a history, in the order of the monotonic clock. Where two events have the same
/// time the call comes before the return: so the order of the two calls stays open.
[[nodiscard]] conformance::ConcurrentHistory SampledHistory(const Performance& performance);

}  // namespace holdfast::bench
