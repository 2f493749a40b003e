#include "bench/contention/scene.h"

#include <array>
#include <cmath>
#include <utility>

namespace holdfast::bench {
namespace {

constexpr std::array<std::pair<Mix, std::string_view>, 6> kMixes = {
    {{Mix::kRegister, "register"},
     {Mix::kLookup, "lookup"},
     {Mix::kConsume, "consume"},
     {Mix::kClaim, "claim"},
     {Mix::kMostlyLookup, "mostly-lookup"},
     {Mix::kOneWriter, "one-writer"}}};
constexpr std::array<std::pair<Sharing, std::string_view>, 2> kSharings = {
    {{Sharing::kProcesses, "processes"}, {Sharing::kThreads, "threads"}}};

template <typename Kind, std::size_t kCount>
std::string_view NameIn(const std::array<std::pair<Kind, std::string_view>, kCount>& all,
                        Kind wanted) {
  for (const auto& [kind, name] : all) {
    if (kind == wanted) return name;
  }
  return {};
}

template <typename Kind, std::size_t kCount>
Expected<Kind, std::string> KindIn(const std::array<std::pair<Kind, std::string_view>, kCount>& all,
                                   const char* what, std::string_view wanted) {
  std::string names;
  for (const auto& [kind, name] : all) {
    if (name == wanted) return kind;
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return Unexpected("there is no " + std::string(what) + " \"" + std::string(wanted) +
                    "\"; there are: " + names);
}

// For instance "400", "0.5".
std::string Shortest(double value) {
  const std::string text = Json(value).dump();
  return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
}

}  // namespace

std::string_view MixName(Mix mix) { return NameIn(kMixes, mix); }
std::string_view SharingName(Sharing sharing) { return NameIn(kSharings, sharing); }
Expected<Mix, std::string> MixNamed(std::string_view name) { return KindIn(kMixes, "mix", name); }
Expected<Sharing, std::string> SharingNamed(std::string_view name) {
  return KindIn(kSharings, "kind of contender", name);
}

Expected<void, std::string> Check(const Scene& scene) {
  const auto refuse = [](std::string why) { return Unexpected(std::move(why)); };
  if (scene.contenders < 1 || scene.contenders > kMostContenders)
    return refuse("there must be 1 to " + std::to_string(kMostContenders) + " contenders, not " +
                  std::to_string(scene.contenders));
  if (scene.mix == Mix::kOneWriter && scene.contenders < 2)
    return refuse("the mix one-writer needs 2 contenders or more: one writes, the others look up");
  if (scene.entries < 1 || scene.entries > kMostEntries)
    return refuse("there must be 1 to " + std::to_string(kMostEntries) + " entries, not " +
                  std::to_string(scene.entries));
  if (scene.window < std::chrono::milliseconds(20) || scene.window > std::chrono::minutes(10))
    return refuse("a window must last 20 ms to 10 minutes");
  if (scene.think.count() < 0 || scene.think > std::chrono::seconds(1))
    return refuse("a think time must be 0 to 1000000 us");
  if (!std::isfinite(scene.rate_per_s) || scene.rate_per_s < 0 || scene.rate_per_s > 1e7)
    return refuse("a rate must be 0 (closed loop) to 10000000 calls a second");
  const double due = scene.rate_per_s * std::chrono::duration<double>(scene.window).count();
  if (scene.rate_per_s > 0 && due < static_cast<double>(scene.contenders))
    return refuse("a rate must make a call due for each contender within the window: " +
                  std::to_string(due) + " are due, for " + std::to_string(scene.contenders));
  if (scene.rate_per_s > 0 && scene.think.count() > 0)
    return refuse("a rate and a think time exclude each other: a rate says when calls begin");
  return {};
}

std::string SceneName(const Scene& scene) {
  const Scene otherwise;
  std::string name = std::to_string(scene.contenders) + " ";
  std::string sharing(SharingName(scene.sharing));
  if (scene.contenders == 1) sharing = scene.sharing == Sharing::kThreads ? "thread" : "process";
  name += sharing + ", " + std::string(MixName(scene.mix)) + ", " + std::to_string(scene.entries) +
          (scene.entries == 1 ? " entry" : " entries");
  if (scene.hot_id) name += ", one hot id";
  if (scene.think != otherwise.think)
    name += ", " + std::to_string(scene.think.count()) + " us of thought";
  if (scene.rate_per_s > 0) name += ", " + Shortest(scene.rate_per_s) + " calls a second";
  if (scene.window != otherwise.window) {
    const auto ms = scene.window.count();
    name +=
        ", for " + (ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms");
  }
  return name;
}

}  // namespace holdfast::bench
