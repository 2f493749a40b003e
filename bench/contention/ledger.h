// What one contender writes down while it contends, in memory that it shares with the process that
// judges it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "bench/contention/histogram.h"
#include "bench/contention/record_token.h"
#include "bench/contention/scene.h"
#include "bench/contention/shared_memory.h"

namespace holdfast::bench {

/// The operations that are measured.
inline constexpr std::array<OpKind, 4> kMeasuredOps = {OpKind::kRegister, OpKind::kLookup,
                                                       OpKind::kConsume, OpKind::kClaim};
[[nodiscard]] constexpr std::size_t PlaceOf(OpKind kind) {
  for (std::size_t at = 0; at < kMeasuredOps.size(); ++at) {
    if (kMeasuredOps[at] == kind) return at;
  }
  return 0;
}

/// A call that may write, and so has to have the store for itself for a moment. Times are of the
/// monotonic clock, which all processes of a machine share. Units: ns.
struct Turn {
  std::int64_t begin_ns;
  std::int64_t end_ns;
  Token taken;  ///< What a consume got; 0 for none.
};

/// The last call of a contender that changed an id, as far as it knows.
struct LastWrite {
  std::int64_t begin_ns;
  std::int64_t end_ns;
  Token token;      ///< 0: it took the entry out.
  bool happened;    ///< False: there was none.
  bool is_unknown;  ///< A call failed and may have changed the id: nothing is known of it any more.
};

/// What a call of the sample came to.
enum class Came : std::uint8_t { kDone, kFound, kAbsent, kWon, kLost, kBusy, kFailed };

/// A call of which everything is kept: those on a few ids, all of them.
struct SampledCall {
  std::int64_t begin_ns;
  std::int64_t end_ns;
  std::int64_t begin_ms;  ///< By the machine's clock, as stores read it.
  std::int64_t end_ms;
  Token token;  ///< Written or found.
  IdNumber id;
  OpKind kind;
  Came came;
};

/// Sums of one contender.
struct Tally {
  std::uint64_t
      in_window;  ///< Calls that returned within the window, those of the sample included.
  std::uint64_t wrote_in_window;
  std::uint64_t busy;
  std::uint64_t failed;  ///< Answered with any other error.
  std::uint64_t absent;  ///< An entry that stays was not found.
  std::uint64_t alien;   ///< A record was found that nobody can have written there.
  std::uint64_t stolen;  ///< A claim that was won did not keep the others out.
  std::uint64_t turns;   ///< How many of `turns` are filled.
  std::uint64_t turns_dropped;
  std::uint64_t sampled;
  std::uint64_t not_begun;  ///< Calls that an open loop owed and did not get to.
  std::int64_t longest_call_ns;
  std::int64_t cpu_ns;  ///< Of the contender and of the driver that it talks to.
  bool finished;
  std::array<char, 400> failure;  ///< Why it did not finish. Ends with 0.
};

/// One contender's pages.
struct Ledger {
  Tally& tally;
  std::span<Histogram> latency;  ///< One for each of kMeasuredOps.
  std::span<Turn> turns;
  std::span<LastWrite> last_writes;  ///< By IdNumber, those of the sample left out.
  std::span<SampledCall> sample;

  void Fail(std::string_view why) const;
};

/// Where an id of the sample stands among all ids: first the one that all share, then each
/// contender's own.
[[nodiscard]] inline IdNumber FirstSampledId(const Scene& scene) {
  return static_cast<IdNumber>(2 * scene.entries);
}

/// The pages of all contenders.
class Ledgers {
 public:
  static constexpr std::size_t kTurns = 200'000;    ///< Of each contender; what is more is dropped.
  static constexpr std::size_t kSampledCalls = 96;  ///< Of each contender.

  explicit Ledgers(const Scene& scene);
  [[nodiscard]] std::size_t count() const { return tallies_.size(); }
  [[nodiscard]] Ledger Of(std::size_t contender) const;

 private:
  std::size_t ids_;
  SharedArray<Tally> tallies_;
  SharedArray<Histogram> latency_;
  SharedArray<Turn> turns_;
  SharedArray<LastWrite> last_writes_;
  SharedArray<SampledCall> sample_;
};

}  // namespace holdfast::bench
