#include "bench/contention/turns.h"

#include <algorithm>
#include <set>

namespace holdfast::bench {
namespace {

constexpr auto kNever = static_cast<std::size_t>(-1);

// What is said of waits: who was served between a call's begin and its end.
void NoteWaits(const std::vector<OwnedTurn>& turns, Order& order) {
  std::vector<std::uint64_t> hand_offs_before(turns.size() + 1);
  for (std::size_t at = 0; at < turns.size(); ++at) {
    const bool is_other = at > 0 && turns[at].owner != turns[at - 1].owner;
    hand_offs_before[at + 1] = hand_offs_before[at] + (is_other ? 1 : 0);
  }
  for (std::size_t at = 0; at < turns.size(); ++at) {
    const OwnedTurn& turn = turns[at];
    order.longest_wait_ns = std::max(order.longest_wait_ns, turn.end_ns - turn.begin_ns);
    const auto first = static_cast<std::size_t>(
        std::upper_bound(
            turns.begin(), turns.begin() + static_cast<std::ptrdiff_t>(at), turn.begin_ns,
            [](std::int64_t time, const OwnedTurn& one) { return time < one.end_ns; }) -
        turns.begin());
    // An owner has one call at a time, so none of these is its own.
    order.passed_over = std::max<std::uint64_t>(order.passed_over, at - first);
    if (at > first) {
      order.hand_offs_past =
          std::max(order.hand_offs_past, hand_offs_before[at] - hand_offs_before[first + 1]);
    }
  }
}

}  // namespace

std::vector<OwnedTurn> TurnsInOrder(const Ledgers& ledgers) {
  std::vector<OwnedTurn> turns;
  for (std::size_t owner = 0; owner < ledgers.count(); ++owner) {
    const Ledger ledger = ledgers.Of(owner);
    for (const Turn& turn : ledger.turns.first(ledger.tally.turns))
      turns.push_back({turn.begin_ns, turn.end_ns, owner});
  }
  std::sort(turns.begin(), turns.end(),
            [](const OwnedTurn& one, const OwnedTurn& other) { return one.end_ns < other.end_ns; });
  return turns;
}

Order OrderOf(const std::vector<OwnedTurn>& turns, std::size_t contenders) {
  Order order;
  order.turns = turns.size();
  std::vector<std::size_t> last_turn(contenders, kNever);
  std::vector<double> until_again;
  std::vector<double> between_owners;
  std::vector<double> of_one_owner;
  std::uint64_t run = 0;
  for (std::size_t at = 0; at < turns.size(); ++at) {
    const std::size_t owner = turns[at].owner;
    const bool is_first = at == 0;
    const bool is_same = !is_first && owner == turns[at - 1].owner;
    run = is_same ? run + 1 : 1;
    order.longest_run = std::max(order.longest_run, run);
    if (!is_first) {
      const auto gap = static_cast<double>(turns[at].end_ns - turns[at - 1].end_ns);
      (is_same ? of_one_owner : between_owners).push_back(gap);
    }
    if (last_turn[owner] != kNever)
      until_again.push_back(static_cast<double>(at - last_turn[owner]));
    last_turn[owner] = at;
  }
  order.hand_offs = between_owners.size();
  order.turns_until_again = Median(std::move(until_again));
  order.hand_off_p50_ns = Median(std::move(between_owners));
  order.same_owner_p50_ns = Median(std::move(of_one_owner));
  std::vector<double> owners;
  for (std::size_t from = 0; from + contenders <= turns.size(); from += contenders) {
    std::set<std::size_t> seen;
    for (std::size_t at = from; at < from + contenders; ++at) seen.insert(turns[at].owner);
    owners.push_back(static_cast<double>(seen.size()));
  }
  double sum = 0;
  for (const double count : owners) sum += count;
  if (!owners.empty()) order.owners_per_window = sum / static_cast<double>(owners.size());
  NoteWaits(turns, order);
  return order;
}

double JainIndex(const std::vector<double>& shares) {
  double sum = 0;
  double squares = 0;
  for (const double share : shares) {
    sum += share;
    squares += share * share;
  }
  return squares == 0 ? 1 : sum * sum / (static_cast<double>(shares.size()) * squares);
}

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace holdfast::bench
