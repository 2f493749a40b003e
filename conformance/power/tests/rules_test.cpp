// Each rule of rules.h in both directions: what it makes certain, and what it leaves open.
#include "conformance/power/rules.h"

#include <fcntl.h>
#include <linux/falloc.h>

#include <cerrno>

#include "conformance/power/tests/seen_states.h"

namespace holdfast::power {
namespace {

using trace::Step;
using trace::StepKind;
using trace::ToldTrace;
using trace::WriteThrough;

constexpr Profile kExt4 = Profile::kExt4Ordered;
constexpr Profile kMinimal = Profile::kLinuxMinimal;
constexpr Profile kHostile = Profile::kHostile;

TEST(Rules, FsyncOfAFileCoversItsBytesAndItsNameButNotInHostile) {
  ToldTrace told;
  told.Create(1, "a");
  told.Write(1, 0, "xy");
  told.Add(StepKind::kSync, 1, "a");
  EXPECT_EQ(Left(told, EmptyTree(), kExt4), Texts{"a=xy"});
  EXPECT_EQ(Left(told, EmptyTree(), kMinimal), Texts{"a=xy"});
  EXPECT_EQ(Left(told, EmptyTree(), kHostile), (Texts{"", "a=xy"}));
  told.Add(StepKind::kSync, 0, "");
  EXPECT_EQ(Left(told, EmptyTree(), kHostile), Texts{"a=xy"});
}

TEST(Rules, FsyncOfADirectoryCoversItsEntriesAndNoBytes) {
  ToldTrace told;
  told.Create(1, "a");
  told.Write(1, 0, "xy");
  told.Add(StepKind::kSync, 0, "");
  EXPECT_EQ(Left(told, EmptyTree(), kMinimal), (Texts{"a=", "a=x", "a=00", "a=xy"}));
}

TEST(Rules, AnUncoveredAppendIsAPrefixOnExt4AndAnySubsetElsewhere) {
  ToldTrace told(2);
  told.Write(1, 2, "cd");
  told.Write(1, 4, "e");
  const auto start = TreeWith({{"a", "ab"}});
  EXPECT_EQ(Left(told, start, kExt4), (Texts{"a=ab", "a=abc", "a=abcd", "a=abcde"}));
  EXPECT_EQ(Left(told, start, kMinimal),
            (Texts{"a=ab", "a=abc", "a=abcd", "a=abcde", "a=ab00", "a=ab00e", "a=abcd0", "a=abc00",
                   "a=ab000", "a=abc0e"}));
}

TEST(Rules, BytesBeforeTheEndAreWrittenBackInAnyOrder) {
  ToldTrace told(2);
  told.Write(1, 0, "X");
  told.Write(1, 1, "Y");
  const Texts any = {"a=ab", "a=Xb", "a=aY", "a=XY"};
  EXPECT_EQ(Left(told, TreeWith({{"a", "ab"}}), kExt4), any);
  EXPECT_EQ(Left(told, TreeWith({{"a", "ab"}}), kMinimal), any);
}

TEST(Rules, AWriteIsCutAtPagesAndAtTheEnd) {
  ToldTrace told(2);
  told.Write(1, 4095, "XYZ");
  const auto states = Enumerate(told.trace(), TreeWith({{"a", std::string(4097, 'a')}}), kMinimal);
  ASSERT_TRUE(states) << states.error();
  ASSERT_EQ(states->units.size(), 3U);
  EXPECT_EQ(states->units[0].bytes, "X");
  EXPECT_EQ(states->units[1].bytes, "Y");
  EXPECT_FALSE(states->units[1].extends);
  EXPECT_EQ(states->units[2].bytes, "Z");
  EXPECT_TRUE(states->units[2].extends);
}

TEST(Rules, OnExt4AnyFsyncCommitsTheNamesBeforeIt) {
  ToldTrace told(3);
  told.Add(StepKind::kRename, 1, "a", "c");
  told.Add(StepKind::kSync, 2, "b");
  const auto start = TreeWith({{"a", "1"}, {"b", "2"}});
  EXPECT_EQ(Left(told, start, kExt4), Texts{"b=2 c=1"});
  EXPECT_EQ(Left(told, start, kMinimal), (Texts{"a=1 b=2", "b=2 c=1"}));
}

TEST(Rules, OnExt4NamesAreAPrefixAndElsewhereAnySubset) {
  ToldTrace told;
  told.Create(1, "a");
  told.Create(2, "b");
  EXPECT_EQ(Left(told, EmptyTree(), kExt4), (Texts{"", "a=", "a= b="}));
  EXPECT_EQ(Left(told, EmptyTree(), kMinimal), (Texts{"", "a=", "b=", "a= b="}));
}

TEST(Rules, OnExt4ARenameOverAFileForcesItsBytesOut) {
  ToldTrace told(2);
  told.Create(2, "t");
  told.Write(2, 0, "xy");
  told.Add(StepKind::kRename, 2, "t", "a");
  const auto start = TreeWith({{"a", "1"}});
  EXPECT_EQ(Left(told, start, kExt4), (Texts{"a=1", "a=1 t=", "a=1 t=x", "a=1 t=xy", "a=xy"}));
  EXPECT_EQ(Left(told, start, kMinimal).count("a="), 1U);
  EXPECT_EQ(Left(told, start, kMinimal).count("a=00"), 1U);
}

TEST(Rules, OnExt4ARenameToANewNameForcesNothing) {
  ToldTrace told;
  told.Create(1, "t");
  told.Write(1, 0, "xy");
  told.Add(StepKind::kRename, 1, "t", "a");
  EXPECT_EQ(Left(told, EmptyTree(), kExt4), (Texts{"", "t=", "t=x", "t=xy", "a=", "a=x", "a=xy"}));
}

TEST(Rules, ARenameOfAFileIsCoveredByItsFsyncAndByEitherDirectory) {
  for (const trace::FileId barrier : {0, 1, 2}) {
    ToldTrace told(3);
    told.Add(StepKind::kRename, 2, "d/a", "a");
    told.Add(StepKind::kSync, barrier, "");
    trace::Tree start = EmptyTree();
    start.nodes[1].mode = S_IFDIR | 0700U;
    start.nodes[2] = {S_IFREG | 0600U, "1", false};
    start.names = {{"d", 1}, {"d/a", 2}};
    start.next = 3;
    EXPECT_EQ(Left(told, start, kMinimal), Texts{"a=1 d/"}) << barrier;
    EXPECT_EQ(Left(told, start, kHostile).size(), barrier == 2 ? 2U : 1U) << barrier;
  }
}

TEST(Rules, EntriesOfOneNameKeepTheirOrder) {
  ToldTrace told(2);
  told.Add(StepKind::kRename, 1, "a", "b");
  told.Create(2, "a");
  EXPECT_EQ(Left(told, TreeWith({{"a", "1"}}), kHostile), (Texts{"a=1", "b=1", "a= b=1"}));
}

TEST(Rules, WhatIsCoveredTakesAlongWhatItNeeds) {
  ToldTrace told(2);
  told.Add(StepKind::kUnlink, 1, "a");
  told.Create(2, "a");
  told.Add(StepKind::kSync, 2, "a");
  EXPECT_EQ(Left(told, TreeWith({{"a", "1"}}), kMinimal), Texts{"a="});
}

TEST(Rules, FdatasyncCoversBytesAndSizeButNoName) {
  ToldTrace told;
  told.Create(1, "a");
  told.Write(1, 0, "xy");
  told.Add(StepKind::kSyncData, 1, "a");
  EXPECT_EQ(Left(told, EmptyTree(), kExt4), Texts{"a=xy"});
  EXPECT_EQ(Left(told, EmptyTree(), kMinimal), (Texts{"", "a=xy"}));
}

TEST(Rules, OnExt4FdatasyncCommitsOnlyWhereTheFileHasGrown) {
  for (const bool grows : {false, true}) {
    ToldTrace told(3);
    told.Add(StepKind::kRename, 1, "a", "c");
    told.Write(2, grows ? 1 : 0, "X");
    told.Add(StepKind::kSyncData, 2, "b");
    const Texts left = Left(told, TreeWith({{"a", "1"}, {"b", "2"}}), kExt4);
    EXPECT_EQ(left, grows ? (Texts{"b=2X c=1"}) : (Texts{"a=1 b=X", "b=X c=1"}));
  }
}

TEST(Rules, AWriteThroughIsCoveredOnceItHasEnded) {
  for (const WriteThrough through : {WriteThrough::kData, WriteThrough::kFull}) {
    ToldTrace told(2);
    told.Write(1, 0, "XY").through = through;
    told.Write(1, 2, "Z");
    const auto start = TreeWith({{"a", "ab"}});
    EXPECT_EQ(Seen(told, start, kMinimal), (Texts{"a=ab", "a=XY", "a=XYZ", "a=XY0"}));
    EXPECT_EQ(Left(told, start, kMinimal), (Texts{"a=XY", "a=XYZ", "a=XY0"}));
  }
}

TEST(Rules, SyncCoversEverythingAndSyncFileRangeNothing) {
  for (const StepKind kind : {StepKind::kSyncAll, StepKind::kSyncRange}) {
    ToldTrace told(2);
    told.Add(StepKind::kUnlink, 1, "a");
    told.Add(kind, 1, "");
    const bool is_covered = kind == StepKind::kSyncAll;
    EXPECT_EQ(Left(told, TreeWith({{"a", "1"}}), kHostile),
              is_covered ? Texts{""} : (Texts{"", "a=1"}));
  }
}

TEST(Rules, AFailedFsyncPoisonsWhatItWouldHaveCovered) {
  for (const int error : {EIO, ENOSPC, EINTR}) {
    ToldTrace told(2);
    told.Write(1, 0, "XY");
    told.Add(StepKind::kSync, 1, "a").result = -error;
    told.Add(StepKind::kSync, 1, "a");
    const Texts expected = error == EINTR ? Texts{"a=XY"} : (Texts{"a=XY", "a=ab"});
    EXPECT_EQ(Left(told, TreeWith({{"a", "ab"}}), kExt4), expected) << error;
    EXPECT_EQ(Left(told, TreeWith({{"a", "ab"}}), kMinimal), expected) << error;
  }
}

TEST(Rules, WhatIsWrittenAgainAfterAFailedFsyncIsCoveredAnew) {
  ToldTrace told(2);
  told.Write(1, 2, "XY");
  told.Add(StepKind::kSync, 1, "a").result = -EIO;
  told.Write(1, 2, "XY");
  told.Add(StepKind::kSync, 1, "a");
  EXPECT_EQ(Left(told, TreeWith({{"a", "ab"}}), kExt4), Texts{"a=abXY"});
  EXPECT_EQ(Left(told, TreeWith({{"a", "ab"}}), kMinimal), Texts{"a=abXY"});
}

TEST(Rules, BehindPoisonedBytesAFileMayHaveGrown) {
  ToldTrace told(2);
  told.Write(1, 2, "c");
  told.Add(StepKind::kSync, 1, "a").result = -EIO;
  told.Write(1, 3, "d");
  told.Add(StepKind::kSync, 1, "a");
  EXPECT_EQ(Left(told, TreeWith({{"a", "ab"}}), kExt4), (Texts{"a=ab0d", "a=abcd"}));
}

TEST(Rules, AnExchangeIsOneStep) {
  ToldTrace told(3);
  told.Add(StepKind::kExchange, 1, "a", "b");
  EXPECT_EQ(Left(told, TreeWith({{"a", "1"}, {"b", "2"}}), kHostile),
            (Texts{"a=1 b=2", "a=2 b=1"}));
}

TEST(Rules, AnUnnamedFileComesWithItsLink) {
  ToldTrace told;
  Step& open = told.Create(1, "");
  open.flags = O_TMPFILE;
  told.Write(1, 0, "xy");
  told.Add(StepKind::kSync, 1, "");
  told.Add(StepKind::kLink, 1, "", "a");
  EXPECT_EQ(Left(told, EmptyTree(), kMinimal), (Texts{"", "a=xy"}));
  told.Add(StepKind::kSync, 0, "");
  EXPECT_EQ(Left(told, EmptyTree(), kMinimal), Texts{"a=xy"});
}

TEST(Rules, AFileIsLostWithItsDirectory) {
  ToldTrace told;
  told.Add(StepKind::kMakeDirectory, 1, "d").mode = S_IFDIR | 0700U;
  told.Create(2, "d/a");
  told.Add(StepKind::kSync, 2, "d/a");
  EXPECT_EQ(Left(told, EmptyTree(), kExt4), Texts{"d/ d/a="});
  EXPECT_EQ(Left(told, EmptyTree(), kMinimal), (Texts{"", "d/ d/a="}));
  told.Add(StepKind::kSync, 1, "d");
  EXPECT_EQ(Left(told, EmptyTree(), kMinimal), Texts{"d/ d/a="});
  EXPECT_EQ(Left(told, EmptyTree(), kHostile), (Texts{"", "d/ d/a="}));
}

TEST(Rules, ARemovedDirectoryMayStand) {
  ToldTrace told(2);
  trace::Tree start = EmptyTree();
  start.nodes[1].mode = S_IFDIR | 0700U;
  start.names = {{"d", 1}};
  start.next = 2;
  told.Add(StepKind::kRemoveDirectory, 1, "d");
  EXPECT_EQ(Left(told, start, kExt4), (Texts{"", "d/"}));
  told.Add(StepKind::kSync, 0, "");
  EXPECT_EQ(Left(told, start, kMinimal), Texts{""});
}

TEST(Rules, AModeIsCoveredByFsyncAndNotByFdatasync) {
  for (const StepKind kind : {StepKind::kSync, StepKind::kSyncData}) {
    ToldTrace told(2);
    told.Add(StepKind::kChangeMode, 1, "a").mode = S_IFREG | 0640U;
    told.Add(kind, 1, "a");
    const auto states = Enumerate(told.trace(), TreeWith({{"a", "1"}}), kMinimal);
    ASSERT_TRUE(states) << states.error();
    std::size_t at_the_end = 0;
    for (const DiskState& state : states->states) at_the_end += state.latest.at.step == 2 ? 1 : 0;
    EXPECT_EQ(at_the_end, kind == StepKind::kSync ? 1U : 2U);
  }
}

TEST(Rules, ACutAndAHoleAreThereOrNot) {
  ToldTrace told(2);
  told.Add(StepKind::kTruncate, 1, "a").length = 3;
  Step& hole = told.Add(StepKind::kAllocate, 1, "a");
  hole.flags = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
  hole.length = 1;
  const auto start = TreeWith({{"a", "abcd"}});
  EXPECT_EQ(Left(told, start, kExt4), (Texts{"a=abcd", "a=abc", "a=0bc"}));
  EXPECT_EQ(Left(told, start, kMinimal), (Texts{"a=abcd", "a=abc", "a=0bc", "a=0bcd"}));
  told.Add(StepKind::kSyncData, 1, "a");
  EXPECT_EQ(Left(told, start, kMinimal), Texts{"a=0bc"});
}

TEST(Rules, WritingInPlaceOverACutFileMixesOldAndNew) {
  ToldTrace told(2);
  Step& open = told.Add(StepKind::kOpen, 1, "a");
  open.truncated = true;
  told.Write(1, 0, "XY");
  const auto start = TreeWith({{"a", "abc"}});
  EXPECT_EQ(Left(told, start, kExt4), (Texts{"a=abc", "a=", "a=X", "a=XY"}));
  EXPECT_EQ(Left(told, start, kMinimal).count("a=XYc"), 1U);
}

}  // namespace
}  // namespace holdfast::power
