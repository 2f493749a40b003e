#include "conformance/power/disk_states.h"

#include <gtest/gtest.h>

#include "conformance/trace/apply.h"
#include "conformance/trace/tests/told_steps.h"

namespace holdfast::power {
namespace {

using trace::StepKind;
using trace::ToldTrace;
using trace::Tree;

Tree Empty() {
  Tree tree;
  tree.nodes[0].mode = S_IFDIR | 0700U;
  return tree;
}

TEST(DiskStates, OfAKillAreThePrefixesOfTheTrace) {
  ToldTrace told;
  told.Create(1, "a.tmp");
  told.Write(1, 0, "bytes");
  told.Add(StepKind::kSync, 1, "a.tmp");
  told.Add(StepKind::kRename, 1, "a.tmp", "a.json");
  told.Acknowledge("{}\n");
  const auto states = Enumerate(told.trace(), Empty(), Profile::kKill);
  ASSERT_TRUE(states) << states.error();
  EXPECT_EQ(states->states.size(), 4U);
  EXPECT_EQ(states->generated, 6U);
  for (const DiskState& state : states->states) {
    for (const Way& way : {state.earliest, state.latest}) {
      const auto tree = trace::TreeBefore(way.at.step, Empty(), told.trace());
      EXPECT_EQ(trace::ContentHash(*tree), state.hash);
      EXPECT_EQ(trace::ContentHash(states->TreeOf(way)), state.hash);
    }
  }
  EXPECT_EQ(states->states.back().earliest.at, (CrashPoint{4, 0}));
  EXPECT_EQ(states->states.back().latest.at, (CrashPoint{5, 1}));
}

}  // namespace
}  // namespace holdfast::power
