// A history of some object in the form the search works on.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/judge/history_reader.h"
#include "conformance/linear/model.h"
#include "conformance/linear/search.h"
#include "conformance/linear/timeline.h"

namespace holdfast::conformance {

/// What a call came to, as far as the search is concerned.
enum class Standing {
  kMust,       ///< It has happened.
  kMay,        ///< It may have happened.
  kUnchanged,  ///< It says that it changed nothing, and no model is asked whether it should have.
};

class SearchCase {
 public:
  SearchCase() = default;
  SearchCase(const SearchCase&) = delete;
  SearchCase& operator=(const SearchCase&) = delete;
  virtual ~SearchCase() = default;

  /// Lifetime: the case's.
  [[nodiscard]] virtual linear::Model& model() = 0;
  /// `timeline` with what its results tell of its order put into its classes, so that the search is
  /// quicker. Linearizable if and only if `timeline` is.
  [[nodiscard]] virtual linear::Timeline Sharpened(linear::Timeline timeline) { return timeline; }
  /// For each call of the timeline its class without what it answered; nothing where that says
  /// nothing of the object.
  [[nodiscard]] virtual std::vector<std::optional<linear::ClassId>> ForgottenClasses() = 0;
  /// True where `witness` holds, by a model that has had no part in finding it.
  [[nodiscard]] virtual bool Replays(const std::vector<std::uint32_t>& witness) const = 0;

  /// The source of each call is its index in the history.
  [[nodiscard]] const linear::Timeline& timeline() const { return timeline_; }
  /// The index of the event that each point comes from.
  [[nodiscard]] const std::vector<std::size_t>& events() const { return events_; }

 protected:
  /// Lays out the history's next call: calls stand in the order of their indices.
  void AddCall(linear::ClassId cls, int process, Standing standing);
  /// After the last call.
  void AddEvents(const std::vector<ConcurrentEvent>& events);

 private:
  linear::Timeline timeline_;
  std::vector<std::size_t> events_;
  std::vector<std::optional<std::uint32_t>> place_;  // in the timeline, of each call
};

/// True where `witness` holds by the plain model alone, step by step and with nothing remembered.
template <typename Plain>
[[nodiscard]] bool ReplaysPlainly(const linear::Interned<Plain>& model,
                                  const linear::Timeline& timeline,
                                  const std::vector<std::uint32_t>& witness) {
  if (!linear::KeepsRealTime(timeline, witness)) return false;
  std::vector<typename Plain::State> states = {model.plain().Initial()};
  for (const std::uint32_t call : witness) {
    std::vector<typename Plain::State> next;
    for (const auto& state : states) {
      for (auto& after : model.plain().Step(state, model.ClassOf(timeline.calls[call].cls))) {
        const bool is_new = std::find(next.begin(), next.end(), after) == next.end();
        if (is_new) next.push_back(std::move(after));
      }
    }
    if (next.empty()) return false;
    states = std::move(next);
  }
  return true;
}

}  // namespace holdfast::conformance
