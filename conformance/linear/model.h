// What the search asks of a sequential model, and the interning that lets a model be written with
// plain values.
#pragma once

#include <deque>
#include <functional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "conformance/linear/timeline.h"

namespace holdfast::linear {

/// A sequential model whose states and classes are numbers. Step() must be a pure function.
class Model {
 public:
  /// For Component(): the class bears on every component.
  static constexpr int kGlobal = -1;

  Model() = default;
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  virtual ~Model() = default;

  [[nodiscard]] virtual StateId Initial() = 0;
  /// Every state that the class may lead to from `state`; none where it is illegal there.
  /// Lifetime: until the next call.
  [[nodiscard]] virtual const std::vector<StateId>& Step(StateId state, ClassId cls) = 0;
  /// True only where the class leaves every state as it is: "changes nothing in this state" is not
  /// enough.
  [[nodiscard]] virtual bool IsPure(ClassId cls) const = 0;
  /// The part of the state the class bears on. Classes of different components, neither kGlobal,
  /// commute.
  [[nodiscard]] virtual int Component(ClassId cls) const = 0;
  /// False only where what the class does to, and asks of, each component depends on that component
  /// alone. True for a global class unless the model knows better.
  [[nodiscard]] virtual bool Couples(ClassId cls) const { return Component(cls) == kGlobal; }
};

/// Interns the states and classes of a model `Plain`, and remembers each step, so that the plain
/// model is run once for a state and a class. `Plain` has:
///   State, Class            values with ==; Hash(state), Hash(cls) -> std::size_t
///   State Initial() const
///   std::vector<State> Step(const State&, const Class&) const
///   bool IsPure(const Class&) const;  int Component(const Class&) const
/// and may have:
///   bool Couples(const Class&) const
template <typename Plain>
class Interned : public Model {
 public:
  using State = typename Plain::State;
  using Class = typename Plain::Class;

  explicit Interned(Plain plain) : plain_(std::move(plain)) {}

  [[nodiscard]] ClassId Intern(const Class& cls) { return classes_.Number(cls, plain_.Hash(cls)); }
  [[nodiscard]] const Class& ClassOf(ClassId cls) const { return classes_.At(cls); }
  [[nodiscard]] const State& StateOf(StateId state) const { return states_.At(state); }
  [[nodiscard]] const Plain& plain() const { return plain_; }

  [[nodiscard]] StateId Initial() override { return InternState(plain_.Initial()); }

  [[nodiscard]] const std::vector<StateId>& Step(StateId state, ClassId cls) override {
    const std::uint64_t key = (static_cast<std::uint64_t>(state) << 32U) | cls;
    const auto known = steps_.find(key);
    if (known != steps_.end()) return known->second;
    std::vector<StateId> next;
    for (State& after : plain_.Step(StateOf(state), ClassOf(cls)))
      next.push_back(InternState(after));
    return steps_.emplace(key, std::move(next)).first->second;
  }

  [[nodiscard]] bool IsPure(ClassId cls) const override { return plain_.IsPure(ClassOf(cls)); }
  [[nodiscard]] int Component(ClassId cls) const override { return plain_.Component(ClassOf(cls)); }
  [[nodiscard]] bool Couples(ClassId cls) const override {
    if constexpr (requires { plain_.Couples(ClassOf(cls)); }) return plain_.Couples(ClassOf(cls));
    return Model::Couples(cls);
  }

 private:
  template <typename Value>
  class Numbers {
   public:
    std::uint32_t Number(const Value& value, std::size_t hash) {
      std::vector<std::uint32_t>& bucket = by_hash_[hash];
      for (const std::uint32_t number : bucket) {
        if (values_[number] == value) return number;
      }
      const auto number = static_cast<std::uint32_t>(values_.size());
      values_.push_back(value);
      bucket.push_back(number);
      return number;
    }
    [[nodiscard]] const Value& At(std::uint32_t number) const { return values_[number]; }

   private:
    std::deque<Value> values_;  // stable under growth
    std::unordered_map<std::size_t, std::vector<std::uint32_t>> by_hash_;
  };

  StateId InternState(const State& state) { return states_.Number(state, plain_.Hash(state)); }

  Plain plain_;
  Numbers<State> states_;
  Numbers<Class> classes_;
  std::unordered_map<std::uint64_t, std::vector<StateId>> steps_;
};

}  // namespace holdfast::linear
