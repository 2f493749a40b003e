// What a real ext4 keeps where its power is cut is among the states that are built.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <set>

#include "conformance/backends/reference/reference_backend.h"
#include "conformance/campaign/files.h"
#include "conformance/drill/run_drill.h"
#include "conformance/drill/tests/tiny_store.h"
#include "conformance/power/disk_states.h"
#include "conformance/power/tests/loop_disk.h"
#include "conformance/supervise/tests/supervised.h"
#include "conformance/trace/apply.h"

namespace holdfast::power {
namespace {

using conformance::DriverSource;
using conformance::Finished;
using conformance::TinyMake;
using Saving = TinyMake::Saving;
using Syncing = TinyMake::Syncing;

// Steps of a run at which it is killed and the power goes.
constexpr std::size_t kMostCuts = 8;

bool IsAmong(const std::string& hash, const DiskStates& states) {
  return std::any_of(states.states.begin(), states.states.end(),
                     [&](const DiskState& state) { return state.hash == hash; });
}

class CutOff : public testing::Test {
 protected:
  // Kills the store's process at some of its steps, cuts the power each time, and looks at what is
  // there when it is on again.
  void CutAll(const DriverSource& source) {
    if (const auto why = LoopDisk::WhyNot()) {
      std::cout << "This test is not run: " << *why << "\n";
      return;
    }
    ASSERT_EQ(conformance::WhyNotHere(), std::nullopt);
    const conformance::Workshop workshop;
    const conformance::ScratchDir folder(conformance::MemoryOr(workshop.root()));
    LoopDisk disk(folder.path() / "image", workshop.store());
    const Finished whole = Converse(workshop, source, conformance::SmallConversation);
    ASSERT_EQ(whole.how, "exited with status 0") << whole.errors;
    for (const trace::Step& step : conformance::Spread(whole.trace.steps, kMostCuts)) {
      for (const LastAct last : {LastAct::kNothing, LastAct::kCommits, LastAct::kWritesBytesOut}) {
        disk.Reset();
        const Finished run = Converse(workshop, source, conformance::SmallConversation,
                                      {{{step.place, trace::Kill{}}}});
        disk.CutPower(last);
        Compare(run, trace::ReadTree(workshop.store()).value(), last);
      }
    }
    std::cout << cuts_ << " cuts, " << contents_.size() << " contents, " << losses_
              << " times something was lost\n";
    EXPECT_GT(losses_, 0) << "the power was not cut at all";
  }

 private:
  void Compare(const Finished& run, const trace::Tree& left, LastAct last) {
    ++cuts_;
    const std::string hash = trace::ContentHash(left);
    contents_.insert(hash);
    losses_ += hash == trace::ContentHash(run.end) ? 0 : 1;
    for (const Profile profile : {Profile::kExt4Ordered, Profile::kLinuxMinimal}) {
      const auto states = Enumerate(run.trace, run.start, profile);
      ASSERT_TRUE(states.has_value()) << states.error();
      if (!states->exhaustive) continue;
      EXPECT_TRUE(IsAmong(hash, *states))
          << ProfileName(profile) << ", killed at step " << run.trace.steps.size() << ", last act "
          << static_cast<int>(last) << "\n"
          << conformance::Listing(run.trace) << "left:" << NamesAndSizes(left);
    }
  }

  static std::string NamesAndSizes(const trace::Tree& tree) {
    std::string text;
    for (const auto& [name, file] : tree.names)
      text += " " + name + " of " + std::to_string(tree.nodes.at(file).bytes.size()) + " bytes";
    return text;
  }

  int cuts_ = 0;
  int losses_ = 0;
  std::set<std::string> contents_;
};

class CutOffTiny : public CutOff {
 protected:
  void CutTiny(Saving saving, Syncing syncing) {
    TinyMake make;
    make.name = "tiny";
    make.saving = saving;
    make.syncing = syncing;
    const auto backend = conformance::MakeTiny(make);
    CutAll({{}, backend.get()});
  }
};

TEST_F(CutOff, OfTheReferenceLeavesOneOfItsStates) {
  const auto backend = conformance::MakeReferenceBackend();
  CutAll({{}, backend.get()});
}

TEST_F(CutOffTiny, OfAStoreThatSyncsBothLeavesOneOfItsStates) {
  CutTiny(Saving::kReplace, Syncing::kFileAndDirectory);
}

TEST_F(CutOffTiny, OfAStoreThatSyncsNothingLeavesOneOfItsStates) {
  CutTiny(Saving::kReplace, Syncing::kNothing);
}

TEST_F(CutOffTiny, OfAStoreThatSyncsFilesAloneLeavesOneOfItsStates) {
  CutTiny(Saving::kReplace, Syncing::kFile);
}

TEST_F(CutOffTiny, OfAStoreThatWritesInPlaceLeavesOneOfItsStates) {
  CutTiny(Saving::kInPlace, Syncing::kFileAndDirectory);
}

TEST_F(CutOffTiny, OfAStoreWithAJournalLeavesOneOfItsStates) {
  CutTiny(Saving::kJournal, Syncing::kFileAndDirectory);
}

}  // namespace
}  // namespace holdfast::power
