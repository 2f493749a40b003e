// Numbers for the states and classes of a model, and a table of its steps: flat, for the search
// spends its time in them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace holdfast::linear {

/// Spreads the bits of a hash over all of it.
[[nodiscard]] inline std::size_t Spread(std::uint64_t value) {
  value *= 0x9E3779B97F4A7C15U;
  return static_cast<std::size_t>(value ^ (value >> 32U));
}

/// Gives equal values one number, from 0 on.
template <typename Value>
class ValueNumbers {
 public:
  ValueNumbers() : slots_(kFirstSize, 0) {}

  [[nodiscard]] std::uint32_t Number(Value value, std::size_t hash) {
    if (2 * (values_.size() + 1) > slots_.size()) Grow();
    std::size_t at = Spread(hash) & (slots_.size() - 1);
    for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
      const std::uint32_t number = slots_[at] - 1;
      if (hashes_[number] == hash && values_[number] == value) return number;
    }
    values_.push_back(std::move(value));
    hashes_.push_back(hash);
    slots_[at] = static_cast<std::uint32_t>(values_.size());
    return slots_[at] - 1;
  }
  /// Lifetime: that of the numbers.
  [[nodiscard]] const Value& At(std::uint32_t number) const { return values_[number]; }
  [[nodiscard]] std::size_t size() const { return values_.size(); }
  [[nodiscard]] std::size_t bytes() const {
    return values_.size() * (sizeof(Value) + sizeof(std::size_t)) + slots_.size() * 4;
  }

 private:
  static constexpr std::size_t kFirstSize = 64;

  void Grow() {
    slots_.assign(2 * slots_.size(), 0);
    for (std::uint32_t number = 0; number < hashes_.size(); ++number) {
      std::size_t at = Spread(hashes_[number]) & (slots_.size() - 1);
      while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = number + 1;
    }
  }

  std::deque<Value> values_;  // stable under growth
  std::vector<std::size_t> hashes_;
  std::vector<std::uint32_t> slots_;  // a number and one, or 0
};

/// Where the states are kept that a step leads to.
class StepTable {
 public:
  struct Range {
    std::uint32_t from = 0;
    std::uint32_t count = 0;
  };

  StepTable() : slots_(kFirstSize) {}

  /// The range of a step, and true where it is new and to be filled in.
  /// Lifetime: until the next call.
  [[nodiscard]] std::pair<Range*, bool> Place(std::uint64_t key) {
    if (2 * (size_ + 1) > slots_.size()) Grow();
    Slot& slot = slots_[Find(key)];
    const bool is_new = slot.key_and_one == 0;
    if (is_new) {
      slot.key_and_one = key + 1;
      ++size_;
    }
    return {&slot.range, is_new};
  }
  [[nodiscard]] std::size_t bytes() const { return slots_.size() * sizeof(Slot); }

 private:
  static constexpr std::size_t kFirstSize = 128;

  struct Slot {
    std::uint64_t key_and_one = 0;
    Range range;
  };

  [[nodiscard]] std::size_t Find(std::uint64_t key) const {
    std::size_t at = Spread(key) & (slots_.size() - 1);
    while (slots_[at].key_and_one != 0 && slots_[at].key_and_one != key + 1) {
      at = (at + 1) & (slots_.size() - 1);
    }
    return at;
  }

  void Grow() {
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.key_and_one != 0) slots_[Find(slot.key_and_one - 1)] = slot;
    }
  }

  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace holdfast::linear
