// A history of a keyed store in the form the search works on.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "conformance/judge/concurrent_history.h"
#include "conformance/judge/keyed_store_model.h"
#include "conformance/linear/model.h"
#include "conformance/linear/timeline.h"

namespace holdfast::conformance {

/// Records are replaced by numbers, one for each JSON value, so that comparing and copying them
/// costs nothing; those that a rule of input refuses stay as they are.
class KeyedStoreCase {
 public:
  /// Lifetime: of `history`, for the constructor only.
  explicit KeyedStoreCase(const ConcurrentHistory& history);

  /// Lifetime: the case's.
  [[nodiscard]] linear::Model& model() { return model_; }
  /// The source of each call is its index in the history.
  [[nodiscard]] const linear::Timeline& timeline() const { return timeline_; }
  /// The index of the event that each point comes from.
  [[nodiscard]] const std::vector<std::size_t>& events() const { return events_; }
  /// For each call of the timeline its class without what it answered; nothing where that says
  /// nothing of the store.
  [[nodiscard]] std::vector<std::optional<linear::ClassId>> ForgottenClasses();
  /// As HistoryJudgement has them.
  [[nodiscard]] const std::vector<std::size_t>& failures() const { return failures_; }
  /// True where `witness` holds, by a model that has had no part in finding it.
  [[nodiscard]] bool Replays(const std::vector<std::uint32_t>& witness) const;

 private:
  void AddCalls(const ConcurrentHistory& history);
  void AddPoints(const ConcurrentHistory& history);

  linear::Interned<KeyedStoreModel> model_;
  linear::Timeline timeline_;
  std::vector<std::size_t> events_;
  std::vector<std::size_t> failures_;
  std::vector<std::optional<std::uint32_t>> place_;  // in the timeline, of each call
};

}  // namespace holdfast::conformance
