// The model of a map from keys to strings: get, put, append. A key starts empty.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "conformance/linear/model.h"

namespace holdfast::linear {

/// Strings as numbers; the empty one is 0.
class StringNumbers {
 public:
  StringNumbers() { (void)Of(""); }

  [[nodiscard]] std::uint32_t Of(const std::string& text) {
    const auto [place, is_new] =
        numbers_.emplace(text, static_cast<std::uint32_t>(numbers_.size()));
    if (is_new) {
      texts_.push_back(&place->first);
      bytes_ += text.size() + 64;
    }
    return place->second;
  }
  [[nodiscard]] std::uint32_t Appended(std::uint32_t text, std::uint32_t suffix) {
    const std::uint64_t key = (static_cast<std::uint64_t>(text) << 32U) | suffix;
    if (const auto known = appended_.find(key); known != appended_.end()) return known->second;
    const std::uint32_t number = Of(*texts_[text] + *texts_[suffix]);
    appended_.emplace(key, number);
    return number;
  }
  [[nodiscard]] const std::string& Text(std::uint32_t number) const { return *texts_[number]; }
  [[nodiscard]] std::size_t bytes() const { return bytes_ + appended_.size() * 32; }

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<const std::string*> texts_;
  std::unordered_map<std::uint64_t, std::uint32_t> appended_;
  std::size_t bytes_ = 0;
};

/// `Plain` of Interned. Keys and strings are numbers; the strings' are those of `strings`.
class Kv {
 public:
  /// The keys that are not empty, in their order.
  using State = std::vector<std::pair<int, std::uint32_t>>;
  static constexpr std::uint32_t kAnything = UINT32_MAX;
  struct Class {
    enum class Kind { kPut, kAppend, kGet } kind = Kind::kGet;
    int key = 0;
    std::uint32_t value = 0;
    /// For an append: what it must have found there, where that is known; see kv_order.h.
    std::uint32_t before = kAnything;
    bool operator==(const Class&) const = default;
  };

  /// Threads: one for all that share the strings.
  explicit Kv(std::shared_ptr<StringNumbers> strings) : strings_(std::move(strings)) {}

  [[nodiscard]] static std::size_t Hash(const State& state) {
    std::size_t hash = 1;
    for (const auto& [key, value] : state) {
      hash = (hash ^ ((static_cast<std::size_t>(key) << 32U) | value)) * 0x9E3779B97F4A7C15U;
      hash ^= hash >> 29U;
    }
    return hash;
  }
  [[nodiscard]] static std::size_t Hash(const Class& cls) {
    return ((static_cast<std::size_t>(cls.key) << 32U) | cls.value) * 3 + cls.before +
           static_cast<std::size_t>(cls.kind);
  }
  [[nodiscard]] static State Initial() { return {}; }
  [[nodiscard]] std::vector<State> Step(const State& state, const Class& cls) const {
    const auto at = std::lower_bound(state.begin(), state.end(), std::pair(cls.key, 0U));
    const bool is_held = at != state.end() && at->first == cls.key;
    const std::uint32_t held = is_held ? at->second : 0;
    switch (cls.kind) {
      case Class::Kind::kGet:
        if (held == cls.value) return {state};
        return {};
      case Class::Kind::kPut:
        return {With(state, at - state.begin(), is_held, cls.key, cls.value)};
      case Class::Kind::kAppend:
        if (cls.before != kAnything && cls.before != held) return {};
        return {
            With(state, at - state.begin(), is_held, cls.key, strings_->Appended(held, cls.value))};
    }
    return {};
  }
  [[nodiscard]] static bool IsPure(const Class& cls) { return cls.kind == Class::Kind::kGet; }
  [[nodiscard]] static int Component(const Class& cls) { return cls.key; }
  [[nodiscard]] static std::size_t Bytes(const State& state) { return state.size() * 16; }
  [[nodiscard]] StringNumbers& strings() const { return *strings_; }
  [[nodiscard]] std::size_t SharedBytes() const { return strings_->bytes(); }

 private:
  static State With(State state, std::ptrdiff_t at, bool is_held, int key, std::uint32_t value) {
    if (is_held) {
      state[static_cast<std::size_t>(at)].second = value;
      if (value == 0) state.erase(state.begin() + at);
    } else if (value != 0) {
      state.insert(state.begin() + at, {key, value});
    }
    return state;
  }

  std::shared_ptr<StringNumbers> strings_;
};

}  // namespace holdfast::linear
