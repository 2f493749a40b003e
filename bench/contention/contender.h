// What one contender does while it is measured.
//
// In a closed loop each call begins when the one before has returned and the think time is over. In
// an open loop calls begin at times fixed beforehand, and a call that could not begin in time has
// been waiting since then: its latency runs from the time it was due. So a store that stands still
// for a second is charged with every call that was due in that second, not with one.
//
// Now and then a contender makes calls of another kind, on ids that are used for nothing else: all
// that happens to these ids is in the sample, so that it can be judged as a history. Who writes
// makes three; who looks up makes one, which shows a store that answers from what it once read.
#pragma once

#include <cstdint>
#include <string>

#include "bench/contention/ledger.h"
#include "bench/contention/scene.h"
#include "bench/contention/subject.h"

namespace holdfast::bench {

/// When it is measured, by the monotonic clock. Units: ns.
struct Window {
  std::int64_t begin_ns;
  std::int64_t end_ns;
};

/// One among `scene.contenders`.
struct Part {
  const Scene& scene;
  std::size_t contender = 0;
  std::uint64_t seed = 0;
};

/// Contends from the window's begin until its end, and writes down what happened. A call under way
/// at the end is waited for. An open loop goes on until all calls that were due within the window
/// are done, at most for another window.
/// Errors: a sentence, where the store cannot answer any more.
[[nodiscard]] Expected<void, std::string> Contend(const Part& part, const Window& window,
                                                  Subject& subject, const Ledger& ledger);

}  // namespace holdfast::bench
