// The profiles held against one another, over runs that are drawn by lot.
#include "conformance/power/profile.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <map>

#include "conformance/power/tests/seen_states.h"
#include "conformance/trace/apply.h"

namespace holdfast::power {
namespace {

using trace::FileId;
using trace::StepKind;
using trace::ToldTrace;
using trace::Tree;

// A run of a few steps over three names, each of which can be carried out.
class Drawn {
 public:
  Drawn() : told_(2) {
    const int steps = *rc::gen::inRange(1, 9);
    for (int at = 0; at < steps; ++at) Draw();
    told_.Acknowledge("{}\n");
  }
  ToldTrace& told() { return told_; }
  static Tree Start() { return TreeWith({{"a", "ab"}}); }

 private:
  void Draw() {
    const std::string name = *rc::gen::element<std::string>("a", "b", "c");
    const std::string other = *rc::gen::element<std::string>("a", "b", "c");
    const auto file = now_.Find(name);
    switch (*rc::gen::inRange(0, 10)) {
      case 0:
      case 1:
        return file ? Write(*file) : Took(told_.Create(now_.next, name));
      case 2:
        if (file) Took(told_.Add(StepKind::kRename, *file, name, other));
        return;
      case 3:
        if (file) Took(told_.Add(StepKind::kUnlink, *file, name));
        return;
      case 4:
        if (file) told_.Add(StepKind::kTruncate, *file, name).length = 1;
        if (file) Took(told_.trace().steps.back());
        return;
      case 5:
        if (file) told_.Add(StepKind::kSyncData, *file, name).result = Fails() ? -EIO : 0;
        return;
      case 6:
      case 7:
        if (file) told_.Add(StepKind::kSync, *file, name).result = Fails() ? -EIO : 0;
        return;
      case 8:
        told_.Add(StepKind::kSync, 0, "").result = Fails() ? -EIO : 0;
        return;
      default:
        told_.Acknowledge("{}\n");
    }
  }
  void Write(FileId file) { Took(told_.Write(file, *rc::gen::inRange(0, 4), "XY")); }
  void Took(const trace::Step& step) {
    const auto applied = trace::Apply(now_, step, told_.trace());
    RC_ASSERT(applied.has_value());
  }
  static bool Fails() { return *rc::gen::inRange(0, 6) == 0; }

  ToldTrace told_;
  Tree now_ = Start();
};

DiskStates StatesOf(Drawn& drawn, Profile profile) {
  auto states = Enumerate(drawn.told().trace(), Drawn::Start(), profile, {1U << 16U, 16, 1});
  RC_ASSERT(states.has_value());
  return std::move(*states);
}

std::set<std::string> HashesOf(const DiskStates& states) {
  std::set<std::string> hashes;
  for (const DiskState& state : states.states) hashes.insert(state.hash);
  return hashes;
}

RC_GTEST_PROP(Profiles, EachLeavesWhatTheOneBeforeItLeaves, ()) {
  Drawn drawn;
  std::set<std::string> kinder;
  for (const Profile profile : Profiles()) {
    const DiskStates states = StatesOf(drawn, profile);
    if (!states.exhaustive) return;
    const std::set<std::string> harder = HashesOf(states);
    RC_ASSERT(std::includes(harder.begin(), harder.end(), kinder.begin(), kinder.end()));
    kinder = harder;
  }
}

RC_GTEST_PROP(Profiles, LeaveOneStateOnceEverythingIsSynced, ()) {
  Drawn drawn;
  // Poisoned bytes stay uncovered for good.
  for (trace::Step& step : drawn.told().trace().steps) step.result = std::abs(*step.result);
  for (trace::Step& step : drawn.told().trace().steps) {
    if (step.kind == StepKind::kSync || step.kind == StepKind::kSyncData) step.result = 0;
  }
  drawn.told().Add(StepKind::kSyncAll, trace::kNoFile, "");
  drawn.told().Acknowledge("{}\n");
  for (const Profile profile : Profiles()) {
    const DiskStates states = StatesOf(drawn, profile);
    const auto last = drawn.told().trace().steps.size();
    const auto left =
        std::count_if(states.states.begin(), states.states.end(),
                      [&](const DiskState& state) { return state.latest.at.step == last; });
    RC_ASSERT(left == 1);
  }
}

RC_GTEST_PROP(Profiles, AFailedSyncTakesNoStateAway, ()) {
  Drawn drawn;
  auto& steps = drawn.told().trace().steps;
  const auto is_sync = [](const trace::Step& step) {
    return step.kind == StepKind::kSync || step.kind == StepKind::kSyncData;
  };
  const auto sync = std::find_if(steps.begin(), steps.end(), is_sync);
  if (sync == steps.end()) return;
  for (const Profile profile : Profiles()) {
    sync->result = 0;
    const DiskStates synced = StatesOf(drawn, profile);
    sync->result = -EIO;
    const DiskStates failed = StatesOf(drawn, profile);
    if (!synced.exhaustive || !failed.exhaustive) return;
    const std::set<std::string> few = HashesOf(synced);
    const std::set<std::string> many = HashesOf(failed);
    RC_ASSERT(std::includes(many.begin(), many.end(), few.begin(), few.end()));
  }
}

RC_GTEST_PROP(Profiles, TheWaysToAStateLeadThere, ()) {
  Drawn drawn;
  for (const Profile profile : Profiles()) {
    const DiskStates states = StatesOf(drawn, profile);
    for (const DiskState& state : states.states) {
      RC_ASSERT(trace::ContentHash(states.TreeOf(state.earliest)) == state.hash);
      RC_ASSERT(trace::ContentHash(states.TreeOf(state.latest)) == state.hash);
      RC_ASSERT(state.earliest.at.step <= state.latest.at.step);
      RC_ASSERT(state.earliest.at.acknowledged <= state.latest.at.acknowledged);
    }
  }
}

RC_GTEST_PROP(Profiles, ASampleHoldsEveryKillAndNothingThatIsNoState, ()) {
  Drawn drawn;
  const std::set<std::string> kill = HashesOf(StatesOf(drawn, Profile::kKill));
  for (const Profile profile : Profiles()) {
    const DiskStates every = StatesOf(drawn, profile);
    auto sample = Enumerate(drawn.told().trace(), Drawn::Start(), profile, {1, 16, 1});
    RC_ASSERT(sample.has_value());
    const std::set<std::string> all = HashesOf(every);
    const std::set<std::string> some = HashesOf(*sample);
    RC_ASSERT(std::includes(some.begin(), some.end(), kill.begin(), kill.end()));
    if (every.exhaustive)
      RC_ASSERT(std::includes(all.begin(), all.end(), some.begin(), some.end()));
  }
}

}  // namespace
}  // namespace holdfast::power
