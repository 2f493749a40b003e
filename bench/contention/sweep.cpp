#include "bench/contention/sweep.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace holdfast::bench {
namespace {

// Every scene so far with every value. Errors: what `set` says of a value.
template <typename Value>
Expected<void, std::string> Vary(
    std::vector<Scene>& scenes, const std::vector<Value>& values,
    const std::function<Expected<void, std::string>(Scene&, const Value&)>& set) {
  if (values.empty()) return {};
  std::vector<Scene> varied;
  for (const Scene& scene : scenes) {
    for (const Value& value : values) {
      varied.push_back(scene);
      if (auto was_set = set(varied.back(), value); !was_set) return was_set;
    }
  }
  scenes = std::move(varied);
  return {};
}

using Set = Expected<void, std::string>;

Set SetMix(Scene& scene, const std::string& name) {
  const auto mix = MixNamed(name);
  if (!mix) return Unexpected(mix.error());
  scene.mix = *mix;
  return {};
}

Set SetSharing(Scene& scene, const std::string& name) {
  const auto sharing = SharingNamed(name);
  if (!sharing) return Unexpected(sharing.error());
  scene.sharing = *sharing;
  return {};
}

Set SetIds(Scene& scene, const std::string& name) {
  if (name != "hot" && name != "spread")
    return Unexpected("ids are hot or spread, not \"" + name + "\"");
  scene.hot_id = name == "hot";
  return {};
}

}  // namespace

std::vector<Scene> DefaultScenes() {
  std::vector<Scene> scenes;
  const auto add = [&](const std::function<void(Scene&)>& vary) {
    Scene scene;
    vary(scene);
    scenes.push_back(scene);
  };
  // The first of them matter most: where time runs out, the last are left out.
  for (const std::size_t contenders : {1U, 8U, 2U, 4U, 16U})
    add([&](Scene& scene) { scene.contenders = contenders; });
  add([](Scene& scene) {
    scene.contenders = 2;
    scene.window = std::chrono::seconds(4);
  });
  for (const std::size_t contenders : {1U, 8U}) {
    add([&](Scene& scene) {
      scene.mix = Mix::kLookup;
      scene.contenders = contenders;
    });
  }
  for (const Mix mix : {Mix::kOneWriter, Mix::kConsume, Mix::kClaim, Mix::kMostlyLookup})
    add([&](Scene& scene) { scene.mix = mix; });
  add([](Scene& scene) { scene.sharing = Sharing::kThreads; });
  for (const std::size_t entries : {10U, 1000U})
    add([&](Scene& scene) { scene.entries = entries; });
  add([](Scene& scene) { scene.hot_id = true; });
  for (const int think_us : {1000, 50})
    add([&](Scene& scene) { scene.think = std::chrono::microseconds(think_us); });
  add([](Scene& scene) { scene.rate_per_s = 400; });
  return scenes;
}

bool Axes::IsEmpty() const {
  return contenders.empty() && sharings.empty() && entries.empty() && mixes.empty() &&
         ids.empty() && think_us.empty() && rates.empty() && window_ms == 0;
}

Expected<std::vector<Scene>, std::string> ScenesOf(const Axes& axes) {
  Scene first;
  if (axes.window_ms != 0) first.window = std::chrono::milliseconds(axes.window_ms);
  std::vector<Scene> scenes = {first};
  const auto set_contenders = [](Scene& scene, const std::size_t& value) -> Set {
    scene.contenders = value;
    return {};
  };
  const auto set_entries = [](Scene& scene, const std::size_t& value) -> Set {
    scene.entries = value;
    return {};
  };
  const auto set_think = [](Scene& scene, const long& value) -> Set {
    scene.think = std::chrono::microseconds(value);
    return {};
  };
  const auto set_rate = [](Scene& scene, const double& value) -> Set {
    scene.rate_per_s = value;
    return {};
  };
  const Set varied =
      Vary<std::string>(scenes, axes.mixes, &SetMix)
          .and_then([&] { return Vary<std::string>(scenes, axes.sharings, &SetSharing); })
          .and_then([&] { return Vary<std::size_t>(scenes, axes.contenders, set_contenders); })
          .and_then([&] { return Vary<std::size_t>(scenes, axes.entries, set_entries); })
          .and_then([&] { return Vary<std::string>(scenes, axes.ids, &SetIds); })
          .and_then([&] { return Vary<long>(scenes, axes.think_us, set_think); })
          .and_then([&] { return Vary<double>(scenes, axes.rates, set_rate); });
  if (!varied) return Unexpected(varied.error());
  for (auto scene = scenes.begin(); scene != scenes.end(); ++scene) {
    if (auto possible = Check(*scene); !possible) return Unexpected(possible.error());
    if (std::find(scenes.begin(), scene, *scene) != scene)
      return Unexpected("a scene is asked for twice: " + SceneName(*scene));
  }
  return scenes;
}

}  // namespace holdfast::bench
