// What a store may hold after calls some of which nobody saw the end of.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conformance/drill/run_drill.h"
#include "holdfast/spec/model.h"

namespace holdfast::conformance {

/// An answer that fits none of the states.
struct Discrepancy {
  std::string expected;
  std::string got;
};

/// The states that a store may be in. A value.
class Ledger {
 public:
  Ledger(const Capabilities& claims, std::int64_t max_entries);

  /// A call that was answered; one that was refused where the answer says effect "none" has left
  /// all as it was, whatever its reason; with effect "unknown" it has happened or not.
  [[nodiscard]] std::optional<Discrepancy> Take(const DrillCall& call);
  /// The answer must be one that the model knows: no error but those of the call itself.
  [[nodiscard]] std::optional<Discrepancy> TakeUndisturbed(const DrillCall& call);
  /// Like Take(), for what stands on a disk: an answer says nothing of whether a call of effect
  /// "unknown" before it is there, only that its own call is.
  void TakeOnDisk(const DrillCall& call);
  /// A call that was cut off: it has happened or not.
  void TakeCutOff(const Operation& operation, SeenMillis earliest, SeenMillis latest);
  /// The process has ended. A call whose effect it left unknown may happen now, where nothing that
  /// was acknowledged after it has changed the store: who opens it redoes what was begun.
  void TakeEnd();
  /// Two calls that were under way at once: either came first.
  [[nodiscard]] std::optional<Discrepancy> TakeBeside(const DrillCall& call,
                                                      const DrillCall& cut_off);

  [[nodiscard]] const std::vector<model::State>& states() const { return states_; }

 private:
  [[nodiscard]] std::vector<model::State> After(const DrillCall& call) const;
  [[nodiscard]] Discrepancy Tell(const DrillCall& call) const;
  void Add(model::State state);
  // The call was acknowledged, and led to `after`.
  void Settle(const DrillCall& call, std::vector<model::State> after);

  model::Policy policy_;
  std::vector<model::State> states_ = {model::State{}};
  std::vector<DrillCall> unsettled_;  // of unknown effect, and nothing was changed since
};

}  // namespace holdfast::conformance
