// The configurations a search has been through: a flat hash set of 24 bytes each.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "conformance/linear/timeline.h"

namespace holdfast::linear {

/// Which open calls have been taken, by slot.
using Mask = std::array<std::uint64_t, 2>;

/// Where a search stands: before a point, with some of the open calls taken, in a state.
struct Configuration {
  Mask taken{};
  std::uint32_t point = 0;
  StateId state = 0;

  bool operator==(const Configuration&) const = default;
};

class SeenTable {
 public:
  SeenTable() : slots_(kFirstSize), used_(kFirstSize, false) {}

  /// True where it was not there before.
  bool Insert(const Configuration& configuration) {
    if (2 * (size_ + 1) > slots_.size()) Grow();
    if (!Put(configuration)) return false;
    ++size_;
    return true;
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t bytes() const { return slots_.size() * (sizeof(Configuration) + 1); }

 private:
  static constexpr std::size_t kFirstSize = 256;

  static std::size_t Hash(const Configuration& c) {
    const auto mix = [](std::uint64_t value) {
      value *= 0x9E3779B97F4A7C15U;
      return value ^ (value >> 29U);
    };
    const std::uint64_t place = (static_cast<std::uint64_t>(c.point) << 32U) | c.state;
    return mix(c.taken[0] ^ mix(c.taken[1] ^ mix(place)));
  }

  bool Put(const Configuration& configuration) {
    std::size_t at = Hash(configuration) & (slots_.size() - 1);
    for (; used_[at]; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at] == configuration) return false;
    }
    slots_[at] = configuration;
    used_[at] = true;
    return true;
  }

  void Grow() {
    std::vector<Configuration> old(slots_.size() * 2);
    std::vector<char> old_used(used_.size() * 2, 0);
    old.swap(slots_);
    old_used.swap(used_);
    for (std::size_t i = 0; i < old.size(); ++i) {
      if (old_used[i] != 0) Put(old[i]);
    }
  }

  std::vector<Configuration> slots_;
  std::vector<char> used_;
  std::size_t size_ = 0;
};

}  // namespace holdfast::linear
