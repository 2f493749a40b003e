#include "conformance/trace/apply.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/falloc.h>

#include "conformance/trace/tests/told_steps.h"

namespace holdfast::trace {
namespace {

// A store that holds one file, "a" with the bytes "old".
Tree Start() {
  Tree tree;
  tree.nodes[0].mode = S_IFDIR | 0700U;
  tree.nodes[1] = {S_IFREG | 0600U, "old", false};
  tree.names["a"] = 1;
  tree.next = 2;
  return tree;
}

std::string BytesAt(const Tree& tree, const std::string& path) {
  const auto file = tree.Find(path);
  return file ? tree.nodes.at(*file).bytes : "nothing is there";
}

TEST(Apply, FollowsAnAtomicReplacementStepByStep) {
  ToldTrace told(2);
  told.Create(2, "a.tmp");
  told.Write(2, 0, "new and longer");
  told.Add(StepKind::kSync, 2, "a.tmp");
  told.Add(StepKind::kRename, 2, "a.tmp", "a");
  const Trace& trace = told.trace();
  EXPECT_EQ(BytesAt(TreeBefore(0, Start(), trace).value(), "a.tmp"), "nothing is there");
  EXPECT_EQ(BytesAt(TreeBefore(1, Start(), trace).value(), "a.tmp"), "");
  EXPECT_EQ(BytesAt(TreeBefore(3, Start(), trace).value(), "a"), "old");
  const Tree end = TreeBefore(4, Start(), trace).value();
  EXPECT_EQ(BytesAt(end, "a"), "new and longer");
  EXPECT_EQ(end.names.size(), 1U);
}

TEST(Apply, PutsBytesWhereTheyWentAndZeroesInGaps) {
  ToldTrace told(2);
  told.Write(1, 5, "xy");
  told.Write(1, 0, "O");
  Step& cut = told.Write(1, 7, "1234");
  cut.result = 2;
  told.Write(1, 100, "");
  const Tree end = TreeBefore(4, Start(), told.trace()).value();
  EXPECT_EQ(BytesAt(end, "a"), std::string("Old\0\0xy12", 9));
}

TEST(Apply, IsNotForFilesThatCannotBeHeld) {
  const auto why = [](StepKind kind, std::int64_t offset, std::int64_t length) {
    ToldTrace told(2);
    Step& step = told.Add(kind, 1, "a");
    step.offset = offset;
    step.length = length;
    return WhyTooLarge(told.trace());
  };
  EXPECT_EQ(why(StepKind::kTruncate, 0, kMostFileBytes), std::nullopt);
  EXPECT_EQ(why(StepKind::kTruncate, 0, kMostFileBytes + 1),
            "step 0 makes a larger than the suite keeps a file (268435456 bytes)");
  EXPECT_EQ(why(StepKind::kAllocate, 4096, kMostFileBytes - 4096), std::nullopt);
  EXPECT_TRUE(why(StepKind::kAllocate, 4096, kMostFileBytes));
  EXPECT_TRUE(why(StepKind::kWrite, kMostFileBytes, 1));
  EXPECT_TRUE(why(StepKind::kWrite, std::int64_t{1} << 62, std::int64_t{1} << 62));
}

TEST(Apply, LeavesOutWhatFailed) {
  ToldTrace told(2);
  told.Add(StepKind::kUnlink, 1, "a").result = -5;
  told.Create(2, "b").result = -24;
  EXPECT_EQ(ContentHash(TreeBefore(2, Start(), told.trace()).value()), ContentHash(Start()));
}

TEST(Apply, KeepsAnUnlinkedFileForThoseWhoHaveItOpen) {
  ToldTrace told(2);
  told.Add(StepKind::kUnlink, 1, "a");
  told.Write(1, 0, "N");
  told.Add(StepKind::kLink, 1, "", "b");  // as linkat() from /proc/self/fd does
  EXPECT_EQ(BytesAt(TreeBefore(3, Start(), told.trace()).value(), "b"), "Nld");
}

TEST(Apply, MovesADirectoryWithAllThatIsInItAndNothingElse) {
  ToldTrace told(2);
  told.Add(StepKind::kMakeDirectory, 2, "d").mode = S_IFDIR | 0700U;
  told.Create(3, "d/x");
  told.Create(4, "d.x");
  told.Add(StepKind::kRename, 2, "d", "e");
  const Tree end = TreeBefore(4, Start(), told.trace()).value();
  EXPECT_EQ(end.Find("e/x"), 3);
  EXPECT_EQ(end.Find("d.x"), 4);
  EXPECT_EQ(end.Find("d"), std::nullopt);
}

TEST(Apply, RenamesNothingBetweenTwoNamesOfOneFile) {
  ToldTrace told(2);
  told.Add(StepKind::kLink, 1, "a", "b");
  told.Add(StepKind::kRename, 1, "a", "b");
  const Tree end = TreeBefore(2, Start(), told.trace()).value();
  EXPECT_EQ(end.Find("a"), 1);
  EXPECT_EQ(end.Find("b"), 1);
}

TEST(Apply, ExchangesTruncatesAllocatesAndChangesModes) {
  ToldTrace told(2);
  told.Create(2, "b");
  told.Add(StepKind::kExchange, 1, "a", "b");
  told.Add(StepKind::kTruncate, 2, "a").length = 4;
  Step& punched = told.Add(StepKind::kAllocate, 1, "b");
  punched.flags = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
  punched.offset = 1;
  punched.length = 100;
  Step& grown = told.Add(StepKind::kAllocate, 1, "b");
  grown.length = 5;
  told.Add(StepKind::kChangeMode, 2, "a").mode = S_IFREG | 0400U;
  told.Add(StepKind::kSymlink, 3, "l", "a");
  const Tree end = TreeBefore(7, Start(), told.trace()).value();
  EXPECT_EQ(BytesAt(end, "a"), std::string(4, '\0'));
  EXPECT_EQ(BytesAt(end, "b"), std::string("o\0\0\0\0", 5));
  EXPECT_EQ(end.nodes.at(2).mode, S_IFREG | 0400U);
  EXPECT_EQ(BytesAt(end, "l"), "a");
}

TEST(Apply, RefusesWhatItCannotFollow) {
  const auto refused = [](auto change) {
    ToldTrace told(2);
    change(told);
    const auto tree = TreeBefore(told.trace().steps.size(), Start(), told.trace());
    return tree ? "taken" : tree.error();
  };
  EXPECT_EQ(refused([](ToldTrace& told) {
              told.Add(StepKind::kUnsupported, kNoFile, "a").call = "setxattr";
            }),
            "step 0: setxattr changed the directory in a way that is not followed");
  EXPECT_EQ(refused([](ToldTrace& told) {
              Step& step = told.Add(StepKind::kUnsupported, kNoFile, "a");
              step.call = "setxattr";
              step.result.reset();
            }),
            "step 0: setxattr had not ended when its process did");
  EXPECT_EQ(refused([](ToldTrace& told) { told.Write(1, 0, "x").data.reset(); }),
            "step 0: what it wrote was not kept");
  EXPECT_EQ(refused([](ToldTrace& told) { told.Write(7, 0, "x"); }),
            "step 0: file 7 () was made by nobody that is supervised");
  EXPECT_EQ(refused([](ToldTrace& told) { told.Create(5, "b"); }),
            "step 0: file 5 is not the next one to be made");
  EXPECT_EQ(refused([](ToldTrace& told) { told.Create(2, "a"); }), "step 0: a is there already");
  EXPECT_EQ(refused([](ToldTrace& told) { told.Add(StepKind::kUnlink, 1, "b"); }),
            "step 0: b does not lead to file 1");
  EXPECT_EQ(refused([](ToldTrace& told) {
              told.Add(StepKind::kAllocate, 1, "a").flags = FALLOC_FL_COLLAPSE_RANGE;
            }),
            "step 0: fallocate moved parts of a");
  EXPECT_EQ(refused([](ToldTrace& told) { told.trace().files_at_start = 9; }),
            "the directory held 9 files when the run began, and not 2");
}

TEST(Apply, MarksWhatIsMapped) {
  ToldTrace told(2);
  told.Add(StepKind::kMap, 1, "a");
  EXPECT_EQ(MappedPaths(TreeBefore(1, Start(), told.trace()).value()),
            std::vector<std::string>{"a"});
}

}  // namespace
}  // namespace holdfast::trace
