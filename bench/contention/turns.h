// Who had the store when: the turns of all contenders in one order, and how fair that order was.
//
// A turn is a call that may write. The order is that in which calls returned, which is that in
// which they had the store, but for calls that returned at almost the same time.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/contention/ledger.h"

namespace holdfast::bench {

/// A turn and whose it was.
struct OwnedTurn {
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  std::size_t owner = 0;
};

/// The turns of all contenders, by their end.
[[nodiscard]] std::vector<OwnedTurn> TurnsInOrder(const Ledgers& ledgers);

/// What the order of turns says. All 0 where there were none.
struct Order {
  std::uint64_t turns = 0;
  std::uint64_t hand_offs = 0;    ///< Turns after one of another owner.
  std::uint64_t longest_run = 0;  ///< The most turns of one owner without another's between them.
  /// Of as many turns in a row as there are contenders: how many owners they had, in the mean. It
  /// is the number of contenders where they take turns strictly.
  double owners_per_window = 0;
  double turns_until_again = 0;  ///< From one turn of an owner to its next, the median.
  std::int64_t longest_wait_ns = 0;
  std::uint64_t passed_over = 0;     ///< The most turns of others during one call.
  std::uint64_t hand_offs_past = 0;  ///< The most hand-offs among others during one call.
  double hand_off_p50_ns = 0;  ///< From a turn's end to the end of the next, where that is another
                               ///< owner's.
  double same_owner_p50_ns = 0;  ///< The same where it is the same owner's.
};

/// `turns` by their end.
[[nodiscard]] Order OrderOf(const std::vector<OwnedTurn>& turns, std::size_t contenders);

/// How equal numbers are: (sum x)^2 / (n sum x^2), 1 where all are equal and 1/n where one has all.
/// 1 where there are none. Source: R. Jain, D. Chiu, W. Hawe, 1984.
[[nodiscard]] double JainIndex(const std::vector<double>& shares);

/// The value in the middle; the mean of the two where there are two; 0 where there is none.
[[nodiscard]] double Median(std::vector<double> values);

}  // namespace holdfast::bench
