#include "bench/contention/scene.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <set>

#include "bench/contention/sweep.h"

namespace holdfast::bench {
namespace {

using testing::HasSubstr;

struct Impossible {
  const char* why;
  std::function<void(Scene&)> change;
};

TEST(Scene, ThatCannotBeIsRefusedWithASentence) {
  const std::vector<Impossible> all = {
      {"1 to 64 contenders, not 0", [](Scene& scene) { scene.contenders = 0; }},
      {"1 to 64 contenders, not 65", [](Scene& scene) { scene.contenders = 65; }},
      {"entries, not 0", [](Scene& scene) { scene.entries = 0; }},
      {"a window must last", [](Scene& scene) { scene.window = std::chrono::milliseconds(1); }},
      {"a think time must", [](Scene& scene) { scene.think = std::chrono::microseconds(-1); }},
      {"a rate must", [](Scene& scene) { scene.rate_per_s = -1; }},
      {"a rate must", [](Scene& scene) { scene.rate_per_s = std::nan(""); }},
      {"due for each contender", [](Scene& scene) { scene.rate_per_s = 1e-300; }},
      {"due for each contender", [](Scene& scene) { scene.rate_per_s = 15; }},
      {"exclude each other",
       [](Scene& scene) {
         scene.rate_per_s = 100;
         scene.think = std::chrono::microseconds(1);
       }},
      {"2 contenders or more", [](Scene& scene) {
         scene.mix = Mix::kOneWriter;
         scene.contenders = 1;
       }}};
  for (const Impossible& impossible : all) {
    Scene scene;
    impossible.change(scene);
    const auto checked = Check(scene);
    ASSERT_FALSE(checked) << impossible.why;
    EXPECT_THAT(checked.error(), HasSubstr(impossible.why));
  }
}

TEST(Scene, NamesOfMixesLeadBackToThem) {
  for (const Mix mix : {Mix::kRegister, Mix::kLookup, Mix::kConsume, Mix::kClaim,
                        Mix::kMostlyLookup, Mix::kOneWriter}) {
    const auto named = MixNamed(MixName(mix));
    ASSERT_TRUE(named);
    EXPECT_EQ(*named, mix);
  }
  EXPECT_THAT(MixNamed("evict").error(), HasSubstr("there are: register, lookup"));
  EXPECT_THAT(SharingNamed("fibres").error(), HasSubstr("processes, threads"));
}

TEST(Scene, TheDefaultSweepIsOfDifferentScenesThatCanBe) {
  std::set<std::string> names;
  for (const Scene& scene : DefaultScenes()) {
    EXPECT_TRUE(Check(scene)) << SceneName(scene);
    EXPECT_TRUE(names.insert(SceneName(scene)).second) << SceneName(scene);
  }
  EXPECT_TRUE(names.count("8 processes, register, 100 entries"));
  EXPECT_TRUE(names.count("2 processes, register, 100 entries, for 4 s"));
}

TEST(Scene, HasANameOfItsOwn) {
  Scene scene;
  scene.window = std::chrono::milliseconds(1500);
  scene.rate_per_s = 40.5;
  EXPECT_EQ(SceneName(scene),
            "8 processes, register, 100 entries, 40.5 calls a second, for 1500 ms");
}

TEST(Sweep, PlaysEveryCombination) {
  Axes axes;
  EXPECT_TRUE(axes.IsEmpty());
  axes.contenders = {1, 2, 4};
  axes.mixes = {"register", "lookup"};
  axes.ids = {"hot"};
  axes.window_ms = 50;
  EXPECT_FALSE(axes.IsEmpty());
  const auto scenes = ScenesOf(axes);
  ASSERT_TRUE(scenes);
  EXPECT_EQ(scenes->size(), 6U);
  for (const Scene& scene : *scenes) {
    EXPECT_TRUE(scene.hot_id);
    EXPECT_EQ(scene.window, std::chrono::milliseconds(50));
  }
}

TEST(Sweep, RefusesWhatCannotBe) {
  Axes axes;
  axes.ids = {"warm"};
  EXPECT_THAT(ScenesOf(axes).error(), HasSubstr("hot or spread"));
  axes.ids = {};
  axes.contenders = {2, 0};
  EXPECT_THAT(ScenesOf(axes).error(), HasSubstr("not 0"));
  axes.contenders = {};
  axes.mixes = {"steal"};
  EXPECT_THAT(ScenesOf(axes).error(), HasSubstr("there is no mix \"steal\""));
  axes.mixes = {"lookup", "register", "lookup"};
  EXPECT_THAT(ScenesOf(axes).error(), HasSubstr("asked for twice: 8 processes, lookup"));
}

}  // namespace
}  // namespace holdfast::bench
