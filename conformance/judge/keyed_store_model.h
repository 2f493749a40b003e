// The keyed store's model in the form the search asks for: the executable spec, the time of each
// operation, and what of all this can be told apart.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "conformance/linear/model.h"
#include "holdfast/spec/model.h"

namespace holdfast::conformance {

/// What is known of time in a history. The less is known, the more an operation may change.
enum class TimeKind {
  /// Every time is known, and in any order that real time allows none is earlier than the one
  /// before it. What has expired then stays so, and is no part of the state.
  kSteady,
  /// Every time is known, and nothing expires.
  kTimeless,
  /// Nothing expires, and times are known as intervals.
  kTimelessIntervals,
  /// Anything else: clocks that step back, or that are known as intervals.
  kOpen,
};

struct KeyedStoreState {
  model::State store;
  /// No operation that is taken next read a time before this one (CLK-1). Raised by times that are
  /// known as intervals only, and by operations that may change the store: whoever reads needs no
  /// exclusion, and what it sees may be older than the time that a writer has read by then.
  UnixMillis floor = -kNoFloor;

  bool operator==(const KeyedStoreState&) const = default;
  static constexpr UnixMillis kNoFloor = 1e300;
};

/// An operation at a time, with what it answered. Without an answer it may be any that is legal.
struct KeyedStoreClass {
  Operation operation;
  model::Instant now;
  std::optional<Result> result;

  bool operator==(const KeyedStoreClass&) const = default;
};

/// The model of one history. `Plain` of linear::Interned.
class KeyedStoreModel {
 public:
  using State = KeyedStoreState;
  using Class = KeyedStoreClass;

  struct Traits {
    model::Policy policy;
    TimeKind time = TimeKind::kOpen;
    bool times_in_order = true;  ///< As ConcurrentHistory has it.
    bool cap_binds = true;       ///< The history names more ids than the cap allows.
  };

  explicit KeyedStoreModel(Traits traits) : traits_(std::move(traits)) {}

  [[nodiscard]] static std::size_t Hash(const State& state);
  [[nodiscard]] static std::size_t Hash(const Class& cls);
  [[nodiscard]] static State Initial() { return {}; }
  [[nodiscard]] std::vector<State> Step(const State& state, const Class& cls) const;
  [[nodiscard]] bool IsPure(const Class& cls) const;
  /// The id's number; kGlobal for what bears on several ids.
  [[nodiscard]] int Component(const Class& cls) const;
  /// Clear does to each id what it does to all.
  [[nodiscard]] bool Couples(const Class& cls) const {
    return cls.operation.kind != OpKind::kClear && Component(cls) == linear::Model::kGlobal;
  }

 private:
  [[nodiscard]] bool BearsOnOtherIds(const Class& cls) const;

  Traits traits_;
  mutable std::map<std::string, int, std::less<>> numbers_;  // of the ids
};

}  // namespace holdfast::conformance
