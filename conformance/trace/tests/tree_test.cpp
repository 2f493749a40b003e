#include "conformance/trace/tree.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "conformance/trace/digest.h"

namespace holdfast::trace {
namespace {

namespace fs = std::filesystem;

class TreeTest : public testing::Test {
 protected:
  TreeTest() {
    std::string pattern = testing::TempDir() + "tree_XXXXXX";
    root_ = mkdtemp(pattern.data());
    fs::create_directory(root_ / "copy");
  }
  ~TreeTest() override { fs::remove_all(root_); }

  fs::path root_;
};

// One of everything.
Tree Everything() {
  Tree tree;
  tree.nodes[0].mode = S_IFDIR | 0750U;
  tree.nodes[1] = {S_IFDIR | 0500U, "", false};
  tree.nodes[2] = {S_IFREG | 0640U, std::string("a\0b", 3), false};
  tree.nodes[3] = {S_IFLNK | 0777U, "../nowhere", false};
  tree.nodes[4] = {S_IFIFO | 0600U, "", false};
  tree.names = {{"d", 1}, {"d/file", 2}, {"d/link", 3}, {"fifo", 4}, {"z \xFF name", 2}};
  tree.next = 5;
  return tree;
}

TEST_F(TreeTest, WritesWhatItReads) {
  const Tree tree = Everything();
  ASSERT_TRUE(WriteTree(tree, root_ / "copy").has_value());
  const Tree read = ReadTree(root_ / "copy").value();
  EXPECT_EQ(Difference(tree, read), std::nullopt);
  EXPECT_EQ(read.nodes, tree.nodes);
  EXPECT_EQ(read.names, tree.names);
  EXPECT_EQ(read.next, tree.next);
  EXPECT_EQ(ContentHash(read), ContentHash(tree));
}

TEST_F(TreeTest, SaysWhereItCannotReadOrWrite) {
  EXPECT_TRUE(ReadTree(root_ / "absent").error().starts_with("cannot read the directory"));
  ASSERT_TRUE(WriteTree(Everything(), root_ / "copy").has_value());
  EXPECT_TRUE(WriteTree(Everything(), root_ / "copy").error().ends_with("File exists"));
}

TEST_F(TreeTest, RefusesAFileThatItCannotHold) {
  std::ofstream(root_ / "copy" / "huge").close();
  fs::resize_file(root_ / "copy" / "huge", kMostFileBytes + 1);  // sparse: it takes no room
  const auto read = ReadTree(root_ / "copy");
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error(), "huge has 268435457 bytes: more than the suite keeps of a file");
}

TEST(TreeHash, TellsApartWhatLooksDifferent) {
  const Tree tree = Everything();
  const auto changed = [&](auto change) {
    Tree other = tree;
    change(other);
    EXPECT_NE(ContentHash(other), ContentHash(tree));
    return Difference(tree, other).value_or("no difference");
  };
  EXPECT_EQ(changed([](Tree& t) { t.names.erase("fifo"); }), "fifo is missing");
  EXPECT_EQ(changed([](Tree& t) { t.names["x"] = 2; }), "x is too much");
  EXPECT_TRUE(changed([](Tree& t) { t.nodes[2].bytes = "ab"; }).starts_with("d/file is "));
  EXPECT_TRUE(changed([](Tree& t) { t.nodes[0].mode = S_IFDIR; }).starts_with("the directory "));
  EXPECT_TRUE(changed([](Tree& t) {
                t.nodes[7] = t.nodes[2];
                t.names["z \xFF name"] = 7;
              }).find("hard link") != std::string::npos);
}

TEST(TreeHash, ForgetsNumbersAndUnnamedFiles) {
  Tree other = Everything();
  other.nodes[9] = other.nodes[4];
  other.names["fifo"] = 9;
  EXPECT_EQ(ContentHash(other), ContentHash(Everything()));
}

TEST(TreeHash, LeavesOutWhatIsExcepted) {
  Tree other = Everything();
  other.nodes[2].bytes = "changed";
  const auto except = [](const std::string& path) { return path != "d"; };
  EXPECT_EQ(Difference(Everything(), other, except), std::nullopt);
}

TEST(Digest, IsTheKnownOne) {
  EXPECT_EQ(Digest(""), "00000000000000000000000000000000");
  EXPECT_EQ(Digest("The quick brown fox jumps over the lazy dog"),
            "e34bbc7bbc071b6c7a433ca9c49a9347");
}

}  // namespace
}  // namespace holdfast::trace
