// A history of a keyed store in the form the search works on.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "conformance/judge/concurrent_history.h"
#include "conformance/judge/keyed_store_model.h"
#include "conformance/judge/record_numbers.h"
#include "conformance/judge/search_case.h"

namespace holdfast::conformance {

/// Records are replaced by numbers, one for each JSON value, so that comparing and copying them
/// costs nothing; those that a rule of input refuses stay as they are.
class KeyedStoreCase : public SearchCase {
 public:
  /// Lifetime: of `history`, for the constructor only.
  explicit KeyedStoreCase(const ConcurrentHistory& history);

  [[nodiscard]] linear::Model& model() override { return model_; }
  [[nodiscard]] std::vector<std::optional<linear::ClassId>> ForgottenClasses() override;
  [[nodiscard]] bool Replays(const std::vector<std::uint32_t>& witness) const override;
  /// The class of a call of the timeline, had it answered `result`.
  [[nodiscard]] linear::ClassId ClassWith(std::size_t call, const Result& result);
  /// As HistoryJudgement has them.
  [[nodiscard]] const std::vector<std::size_t>& failures() const { return failures_; }

 private:
  RecordNumbers numbers_;
  linear::Interned<KeyedStoreModel> model_;
  std::vector<std::size_t> failures_;
};

}  // namespace holdfast::conformance
