// Small draws that generators are made of. They take from the randomness of the rc::gen::exec
// around them, where dereferencing a generator is allowed.
#pragma once

#include <rapidcheck.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace holdfast::conformance {

template <typename T>
using Weighted = std::vector<std::pair<std::size_t, T>>;

/// True in so many of a hundred draws.
inline bool Chance(int percent) { return *rc::gen::inRange(0, 100) < percent; }

template <typename T>
T OneOf(const std::vector<T>& choices) {
  return *rc::gen::elementOf(choices);
}

/// A choice of weight 0 is never drawn, unless it is the last and all weigh 0.
template <typename T>
T ByWeight(const Weighted<T>& choices) {
  std::size_t total = 0;
  for (const auto& [weight, value] : choices) total += weight;
  std::size_t at = *rc::gen::inRange<std::size_t>(0, total);
  for (const auto& [weight, value] : choices) {
    if (at < weight) return value;
    at -= weight;
  }
  return choices.back().second;
}

template <typename T>
void Shuffle(std::vector<T>& values) {
  for (std::size_t i = values.size(); i > 1; --i) {
    std::swap(values[i - 1], values[*rc::gen::inRange<std::size_t>(0, i)]);
  }
}

/// Two seeds or numbers that lie side by side must not give programs that look alike (splitmix64).
inline std::uint64_t Scramble(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15U;
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31U);
}

}  // namespace holdfast::conformance
