#include "bench/contention/turns.h"

#include <gtest/gtest.h>

namespace holdfast::bench {
namespace {

// Turns that end at 10, 20, 30, …; each began just after its owner's last.
std::vector<OwnedTurn> OwnedBy(const std::vector<std::size_t>& owners) {
  std::vector<OwnedTurn> turns;
  std::vector<std::int64_t> free_since(8, 0);
  std::int64_t time = 0;
  for (const std::size_t owner : owners) {
    time += 10;
    turns.push_back({free_since[owner] + 1, time, owner});
    free_since[owner] = time;
  }
  return turns;
}

TEST(Order, OfStrictTurnsIsFair) {
  const Order order = OrderOf(OwnedBy({0, 1, 2, 0, 1, 2, 0, 1, 2}), 3);
  EXPECT_EQ(order.turns, 9U);
  EXPECT_EQ(order.hand_offs, 8U);
  EXPECT_EQ(order.longest_run, 1U);
  EXPECT_EQ(order.owners_per_window, 3);
  EXPECT_EQ(order.turns_until_again, 3);
  EXPECT_EQ(order.passed_over, 2U) << "those of the two others";
  EXPECT_EQ(order.hand_off_p50_ns, 10);
  EXPECT_EQ(order.longest_wait_ns, 29);
}

TEST(Order, ShowsAWaiterThatIsKeptOut) {
  const Order order = OrderOf(OwnedBy({0, 0, 0, 0, 0, 0, 0, 1, 0}), 2);
  EXPECT_EQ(order.longest_run, 7U);
  EXPECT_EQ(order.passed_over, 7U);
  EXPECT_EQ(order.longest_wait_ns, 79);
  EXPECT_EQ(order.hand_offs, 2U);
  EXPECT_EQ(order.hand_offs_past, 0U) << "it was passed over by one and the same owner";
  EXPECT_EQ(order.turns_until_again, 1);
  EXPECT_EQ(order.owners_per_window, 1.25);
  EXPECT_EQ(order.same_owner_p50_ns, 10);
}

TEST(Order, CountsOnlyTurnsThatEndedDuringTheWait) {
  // The second waits from 25 on: the turn that ended at 20 was before.
  const Order order = OrderOf({{1, 10, 0}, {11, 20, 0}, {21, 30, 0}, {25, 40, 1}}, 2);
  EXPECT_EQ(order.passed_over, 1U);
}

TEST(Order, OfNoTurnsIsAllZero) {
  const Order order = OrderOf({}, 4);
  EXPECT_EQ(order.turns, 0U);
  EXPECT_EQ(order.owners_per_window, 0);
  EXPECT_EQ(order.hand_off_p50_ns, 0);
}

TEST(JainIndex, IsOneForEqualsAndAShareForOneThatHasAll) {
  EXPECT_DOUBLE_EQ(JainIndex({5, 5, 5, 5}), 1);
  EXPECT_DOUBLE_EQ(JainIndex({8, 0, 0, 0}), 0.25);
  EXPECT_DOUBLE_EQ(JainIndex({1, 3}), 0.8);
  EXPECT_DOUBLE_EQ(JainIndex({0, 0}), 1);
}

TEST(Median, IsTheMiddleOrTheMeanOfTheTwoThere) {
  EXPECT_EQ(Median({}), 0);
  EXPECT_EQ(Median({9, 1, 4}), 4);
  EXPECT_EQ(Median({9, 1, 4, 6}), 5);
}

}  // namespace
}  // namespace holdfast::bench
