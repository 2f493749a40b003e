// The clocks of the benchmarks: times of one machine that all its processes share.
#pragma once

#include <sys/prctl.h>
#include <time.h>

#include <cstdint>

namespace holdfast::bench {

[[nodiscard]] inline std::int64_t Nanoseconds(const timespec& time) {
  return std::int64_t{1'000'000'000} * time.tv_sec + time.tv_nsec;
}

/// The monotonic clock. Units: ns.
[[nodiscard]] inline std::int64_t MonotonicNs() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return Nanoseconds(time);
}

/// The clock that stores read. Units: ms since 1970.
[[nodiscard]] inline std::int64_t MachineMs() {
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME, &time);
  return Nanoseconds(time) / 1'000'000;
}

/// Processor time that the calling thread has used. Units: ns.
[[nodiscard]] inline std::int64_t ThreadCpuNs() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return Nanoseconds(time);
}

/// Returns when the monotonic clock has come to that time; at once where it has.
inline void WaitUntil(std::int64_t monotonic_ns) {
  const timespec time{monotonic_ns / 1'000'000'000, monotonic_ns % 1'000'000'000};
  // The kernel may wake a thread late by 50 us, which is as long as the shortest pause here. What
  // stores wait themselves stays as it is for any program.
  ::prctl(PR_SET_TIMERSLACK, 1UL);
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nullptr) != 0) {
  }
  ::prctl(PR_SET_TIMERSLACK, 0UL);  // as it was when the thread began
}

}  // namespace holdfast::bench
