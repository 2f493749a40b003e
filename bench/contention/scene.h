// One scene of a comparison: who contends for what, and how. Plain data.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "holdfast/spec/operation.h"

namespace holdfast::bench {

/// What the contenders are.
enum class Sharing {
  kProcesses,  ///< Processes that have each opened the store.
  kThreads,    ///< Threads of one process over one open store.
};

/// What each contender does, over and over.
enum class Mix {
  kRegister,      ///< Registers one of the entries anew.
  kLookup,        ///< Looks one of the entries up.
  kConsume,       ///< Registers an id and consumes it.
  kClaim,         ///< Claims an id and, where it won, consumes it.
  kMostlyLookup,  ///< Nine lookups in ten, one register.
  kOneWriter,     ///< The first contender registers, all others look up.
};

inline constexpr std::size_t kMostContenders = 64;
inline constexpr std::size_t kMostEntries = 100'000;

/// Everything but the store. The default is the scene that the others are variations of.
struct Scene {
  std::size_t contenders = 8;
  Sharing sharing = Sharing::kProcesses;
  std::size_t entries = 100;  ///< Registered before; they stay.
  Mix mix = Mix::kRegister;
  bool hot_id = false;                 ///< All use one id; else any of `entries`, by lot.
  std::chrono::microseconds think{0};  ///< Between a call's return and the next call.
  double rate_per_s = 0;               ///< Of all contenders together: open loop. 0: closed loop.
  std::chrono::milliseconds window{500};  ///< How long is measured.

  bool operator==(const Scene&) const = default;
};

[[nodiscard]] std::string_view MixName(Mix mix);
[[nodiscard]] std::string_view SharingName(Sharing sharing);
/// Errors: a sentence that lists the names there are.
[[nodiscard]] Expected<Mix, std::string> MixNamed(std::string_view name);
[[nodiscard]] Expected<Sharing, std::string> SharingNamed(std::string_view name);

/// Errors: a sentence that says which part cannot be, and what can.
[[nodiscard]] Expected<void, std::string> Check(const Scene& scene);

/// For instance "8 processes, register, 100 entries, one hot id, for 4 s". What is as in the
/// default scene is left out, but for the first three. Scenes that differ have names that differ.
[[nodiscard]] std::string SceneName(const Scene& scene);

}  // namespace holdfast::bench
