#include "conformance/trace/durability.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "conformance/trace/tests/told_steps.h"

namespace holdfast::trace {
namespace {

// A store that holds the file "a" (1) and is the directory 0.
Tree Start() {
  Tree tree;
  tree.nodes[0].mode = S_IFDIR | 0700U;
  tree.nodes[1] = {S_IFREG | 0600U, "old", false};
  tree.names["a"] = 1;
  tree.next = 2;
  return tree;
}

struct Verdicts {
  std::string ext4;
  std::string minimal;
  bool operator==(const Verdicts&) const = default;
};

void PrintTo(const Verdicts& verdicts, std::ostream* out) {
  *out << "ext4-ordered: " << verdicts.ext4 << "; linux-minimal: " << verdicts.minimal;
}

std::string Joined(const std::vector<Uncovered>& uncovered) {
  std::string text;
  for (const Uncovered& each : uncovered) text += (text.empty() ? "" : ", ") + each.what;
  return text.empty() ? "durable" : text;
}

// What is said of one acknowledgement after some steps.
template <typename Steps>
Verdicts Of(Steps steps) {
  ToldTrace told(2);
  steps(told);
  told.Acknowledge("{}\n");
  const auto audit = AuditDurability(told.trace(), Start());
  if (!audit) return {audit.error(), ""};
  return {Joined(audit->back().ext4_ordered), Joined(audit->back().linux_minimal)};
}

// The replacement of a file, with the barriers that are asked for.
template <bool kSyncFile, bool kSyncDirectory>
void Replace(ToldTrace& told) {
  told.Create(2, "a.tmp");
  told.Write(2, 0, "new");
  if (kSyncFile) told.Add(StepKind::kSync, 2, "a.tmp");
  told.Add(StepKind::kRename, 2, "a.tmp", "a");
  if (kSyncDirectory) told.Add(StepKind::kSync, 0, "");
}

TEST(Durability, OfAReplacementNeedsBothBarriers) {
  EXPECT_EQ(Of(Replace<true, true>), (Verdicts{"durable", "durable"}));
  EXPECT_EQ(Of(Replace<true, false>), (Verdicts{"the name a", "the name a"}));
  // ext4 forces the bytes of a rename over an existing name out before it commits it.
  EXPECT_EQ(Of(Replace<false, true>), (Verdicts{"durable", "the content of a"}));
  EXPECT_EQ(Of(Replace<false, false>),
            (Verdicts{"the content of a, the name a", "the content of a, the name a"}));
}

TEST(Durability, OfAWriteInPlace) {
  EXPECT_EQ(Of([](ToldTrace& told) { told.Write(1, 0, "OLD"); }),
            (Verdicts{"the content of a", "the content of a"}));
  EXPECT_EQ(Of([](ToldTrace& told) {
              told.Write(1, 0, "OLD");
              told.Add(StepKind::kSyncData, 1, "a");
            }),
            (Verdicts{"durable", "durable"}));
  EXPECT_EQ(Of([](ToldTrace& told) { told.Write(1, 0, "x").through = WriteThrough::kData; }),
            (Verdicts{"durable", "durable"}));
  EXPECT_EQ(Of([](ToldTrace& told) {
              told.Write(1, 0, "x");
              told.Add(StepKind::kSync, 1, "a").result = -5;
            }),
            (Verdicts{"the content of a", "the content of a"}));
}

TEST(Durability, OfANewFileThatIsSyncedItself) {
  EXPECT_EQ(Of([](ToldTrace& told) {
              told.Create(2, "b");
              told.Write(2, 0, "x");
              told.Add(StepKind::kSync, 2, "b");
            }),
            (Verdicts{"durable", "durable"}));
  EXPECT_EQ(Of([](ToldTrace& told) {
              told.Create(2, "b");
              told.Write(2, 0, "x");
              told.Add(StepKind::kSyncData, 2, "b");
            }),
            (Verdicts{"durable", "the name b"}));
}

TEST(Durability, OfANewFileWhoseDirectoryIsSynced) {
  for (const StepKind kind : {StepKind::kSync, StepKind::kSyncData}) {
    EXPECT_EQ(Of([&](ToldTrace& told) {
                told.Create(2, "b");
                told.Write(2, 0, "x");
                told.Add(StepKind::kSyncData, 2, "b");
                told.Add(kind, 0, "");
              }),
              (Verdicts{"durable", "durable"}));
  }
}

TEST(Durability, OfARemovedName) {
  EXPECT_EQ(Of([](ToldTrace& told) { told.Add(StepKind::kUnlink, 1, "a"); }),
            (Verdicts{"the removal of a", "the removal of a"}));
  EXPECT_EQ(Of([](ToldTrace& told) {
              told.Add(StepKind::kUnlink, 1, "a");
              told.Add(StepKind::kSync, 0, "");
            }),
            (Verdicts{"durable", "durable"}));
  EXPECT_EQ(Of([](ToldTrace& told) {
              told.Create(2, "b");
              told.Write(2, 0, "x");
              told.Add(StepKind::kUnlink, 2, "b");
            }),
            (Verdicts{"durable", "durable"}));
}

TEST(Durability, OfANameInADirectoryThatIsNewItself) {
  const auto made = [](ToldTrace& told) {
    told.Add(StepKind::kMakeDirectory, 2, "d").mode = S_IFDIR | 0700U;
    told.Create(3, "d/x");
    told.Add(StepKind::kSync, 3, "d/x");
  };
  EXPECT_EQ(Of(made), (Verdicts{"durable", "the name d"}));
  EXPECT_EQ(Of([&](ToldTrace& told) {
              made(told);
              told.Add(StepKind::kSync, 0, "");
            }),
            (Verdicts{"durable", "durable"}));
}

TEST(Durability, OfEverythingIsSyncs) {
  EXPECT_EQ(Of([](ToldTrace& told) {
              Replace<false, false>(told);
              told.Add(StepKind::kChangeMode, 0, "").mode = S_IFDIR | 0711U;
              told.Add(StepKind::kSyncAll, kNoFile, "");
            }),
            (Verdicts{"durable", "durable"}));
}

TEST(Durability, IsToldOfEachAcknowledgementAlone) {
  ToldTrace told(2);
  told.Write(1, 0, "x");
  told.Acknowledge("{}\n");
  Step& half = told.Acknowledge("{");  // nobody can read it before its line ends
  told.Acknowledge("}\n{}\n").place = half.place;
  const auto audit = AuditDurability(told.trace(), Start()).value();
  ASSERT_EQ(audit.size(), 2U);
  EXPECT_TRUE(audit[0].changed_something);
  EXPECT_EQ(audit[0].linux_minimal, (std::vector<Uncovered>{{0, "the content of a"}}));
  EXPECT_FALSE(audit[1].changed_something);
  EXPECT_TRUE(audit[1].linux_minimal.empty());
  EXPECT_EQ(audit[1].first_line, 1);
  EXPECT_EQ(audit[1].lines, 2);
}

TEST(Durability, IsNotToldWhereStepsCannotBeFollowed) {
  EXPECT_EQ(Of([](ToldTrace& told) {
              told.Add(StepKind::kUnsupported, kNoFile, "a").call = "bind";
            }).ext4,
            "step 0: bind changed the directory in a way that is not followed");
}

}  // namespace
}  // namespace holdfast::trace
