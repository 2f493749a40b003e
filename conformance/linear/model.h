// What the search asks of a sequential model, and the interning that lets a model be written with
// plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "conformance/linear/numbering.h"
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
  [[nodiscard]] virtual std::span<const StateId> Step(StateId state, ClassId cls) = 0;
  /// What is remembered, about.
  [[nodiscard]] virtual std::size_t bytes() const { return 0; }
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
///   std::size_t Bytes(const State&) const        beyond sizeof(State)
///   std::size_t SharedBytes() const              of what states share
template <typename Plain>
class Interned : public Model {
 public:
  using State = typename Plain::State;
  using Class = typename Plain::Class;

  explicit Interned(Plain plain) : plain_(std::move(plain)) {}

  [[nodiscard]] ClassId Intern(Class cls) {
    const std::size_t hash = plain_.Hash(cls);
    return classes_.Number(std::move(cls), hash);
  }
  [[nodiscard]] const Class& ClassOf(ClassId cls) const { return classes_.At(cls); }
  [[nodiscard]] const State& StateOf(StateId state) const { return states_.At(state); }
  [[nodiscard]] const Plain& plain() const { return plain_; }

  [[nodiscard]] StateId Initial() override { return InternState(plain_.Initial()); }

  [[nodiscard]] std::span<const StateId> Step(StateId state, ClassId cls) override {
    const std::uint64_t key = (static_cast<std::uint64_t>(state) << 32U) | cls;
    const auto [place, is_new] = steps_.Place(key);
    if (is_new) {
      const auto from = static_cast<std::uint32_t>(next_.size());
      for (State& after : plain_.Step(StateOf(state), ClassOf(cls))) {
        next_.push_back(InternState(std::move(after)));
      }
      *place = {from, static_cast<std::uint32_t>(next_.size()) - from};
    }
    return std::span(next_).subspan(place->from, place->count);
  }

  [[nodiscard]] std::size_t bytes() const override {
    std::size_t bytes = state_bytes_ + states_.bytes() + classes_.bytes() + steps_.bytes() +
                        next_.size() * sizeof(StateId);
    if constexpr (requires { plain_.SharedBytes(); }) bytes += plain_.SharedBytes();
    return bytes;
  }

  [[nodiscard]] bool IsPure(ClassId cls) const override { return plain_.IsPure(ClassOf(cls)); }
  [[nodiscard]] int Component(ClassId cls) const override { return plain_.Component(ClassOf(cls)); }
  [[nodiscard]] bool Couples(ClassId cls) const override {
    if constexpr (requires { plain_.Couples(ClassOf(cls)); }) return plain_.Couples(ClassOf(cls));
    return Model::Couples(cls);
  }

 private:
  StateId InternState(State state) {
    const std::size_t hash = plain_.Hash(state);
    const std::size_t count = states_.size();
    const StateId number = states_.Number(std::move(state), hash);
    if constexpr (requires { plain_.Bytes(StateOf(number)); }) {
      if (states_.size() > count) state_bytes_ += plain_.Bytes(StateOf(number));
    }
    return number;
  }

  Plain plain_;
  ValueNumbers<State> states_;
  ValueNumbers<Class> classes_;
  StepTable steps_;
  std::vector<StateId> next_;  // the states that steps lead to, step after step
  std::size_t state_bytes_ = 0;
};

}  // namespace holdfast::linear
