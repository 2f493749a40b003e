// Holds answers against the states that a store may be in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conformance/files/run_trial.h"
#include "holdfast/spec/model.h"

namespace holdfast::conformance {

/// An answer that fits none of the states.
struct Misfit {
  std::string expected;
  std::string got;
};

/// When the call can have happened.
[[nodiscard]] model::Instant TimeOf(const SeenCall& call);

/// The states a store may be in, as far as its answers tell.
class Possible {
 public:
  explicit Possible(const Capabilities& claims);

  void Reset(model::State state) { states_ = {std::move(state)}; }
  /// The call was answered after all that came before it.
  [[nodiscard]] std::optional<Misfit> Take(const SeenCall& call);
  /// The same of a call that may fail, or be cut off, because of what was done to its files or its
  /// process: without an answer it has happened or not, with an error as its effect says.
  [[nodiscard]] std::optional<Misfit> TakeHindered(const SeenCall& call);
  /// The calls were under way at once.
  [[nodiscard]] std::optional<Misfit> TakeRaced(const std::vector<SeenCall>& calls);
  [[nodiscard]] const std::vector<model::State>& states() const { return states_; }
  [[nodiscard]] const model::Policy& policy() const { return policy_; }
  /// True where the answer fits and leaves the store as it is.
  [[nodiscard]] bool IsIdle(const SeenCall& call) const;

 private:
  [[nodiscard]] std::vector<model::State> After(const std::vector<model::State>& states,
                                                const SeenCall& call) const;
  [[nodiscard]] Misfit Tell(const SeenCall& call) const;

  model::Policy policy_;
  std::vector<model::State> states_ = {model::State{}};
};

}  // namespace holdfast::conformance
