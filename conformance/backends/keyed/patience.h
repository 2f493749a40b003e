// How long an operation waits for exclusion, all its waits together (CON-3).
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <optional>

namespace holdfast::conformance {

/// What a store is given that was opened without a lock timeout.
inline constexpr std::int64_t kDefaultLockTimeoutMs = 5000;

class Patience {
 public:
  explicit Patience(std::optional<std::int64_t> timeout_ms)
      : end_(Clock::now() + std::chrono::milliseconds(std::min(
                                timeout_ms.value_or(kDefaultLockTimeoutMs), kLongestMs))) {}

  [[nodiscard]] bool IsOver() const { return Clock::now() >= end_; }
  /// Units: milliseconds, rounded up; 0 when it is over.
  [[nodiscard]] int RemainingMs() const {
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(end_ - Clock::now()).count();
    return static_cast<int>(std::max<std::int64_t>(rest, 0));
  }
  [[nodiscard]] std::chrono::steady_clock::time_point end() const { return end_; }

  /// Tries until it succeeds, and at least once; false when patience ends first. For locks that
  /// have no timed form: the pauses between tries grow from 0.1 to 5 ms.
  template <typename Try>
  [[nodiscard]] bool Until(Try&& try_once) const {
    std::chrono::microseconds pause{100};
    while (!try_once()) {
      if (IsOver()) return false;
      PauseUntil(std::min<Clock::time_point>(end_, Clock::now() + pause));
      pause = std::min(pause * 2, kLongestPause);
    }
    return true;
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::int64_t kLongestMs = 24LL * 3600 * 1000;
  static constexpr std::chrono::microseconds kLongestPause{5000};

  static void PauseUntil(Clock::time_point at) {
    const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch());
    const timespec until{static_cast<std::time_t>(ns.count() / 1'000'000'000),
                         static_cast<long>(ns.count() % 1'000'000'000)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
  }

  Clock::time_point end_;
};

}  // namespace holdfast::conformance
