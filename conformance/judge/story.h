// A reduced violation as its tellers read it: the facts, the impossible result among them, and who
// did what before whom.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/judge/concurrent_history.h"

namespace holdfast::conformance {

class Story {
 public:
  /// `facts`: indices of calls, `last` among them. Lifetime: of `history`, as long as the story.
  Story(const ConcurrentHistory& history, std::vector<std::size_t> facts, std::size_t last);

  [[nodiscard]] const ConcurrentHistory& history() const { return history_; }
  [[nodiscard]] const std::vector<std::size_t>& facts() const { return facts_; }
  /// The fact whose answer is told as the impossible one: the last that observes something.
  [[nodiscard]] std::size_t impossible() const { return impossible_; }
  [[nodiscard]] const RecordedCall& Call(std::size_t call) const { return history_.calls[call]; }

  /// The places of a call in the order of events. A call that never returned ends when its process
  /// was reaped, or never (SIZE_MAX).
  [[nodiscard]] std::size_t Begin(std::size_t call) const { return begin_[call]; }
  [[nodiscard]] std::size_t End(std::size_t call) const { return end_[call]; }
  [[nodiscard]] bool IsBefore(std::size_t a, std::size_t b) const { return end_[a] < begin_[b]; }
  /// True where some process was killed in mid-call, or the process of `a` was, after `a` returned
  /// and before `b` did.
  [[nodiscard]] bool HasCrashBetween(std::size_t a, std::size_t b) const;

  [[nodiscard]] std::string_view Id(std::size_t call) const;
  [[nodiscard]] bool IsAcknowledged(std::size_t call) const;
  /// True where the call may have happened: acknowledged, without an answer, of unknown effect.
  [[nodiscard]] bool MayHaveHappened(std::size_t call) const;
  /// The record that a call says was under `id`: found, consumed or listed.
  [[nodiscard]] std::optional<Json> Saw(std::size_t call, std::string_view id) const;
  /// True where the call says that nothing was under `id`.
  [[nodiscard]] bool SawAbsent(std::size_t call, std::string_view id) const;
  /// Registers and claims of `record` under `id` that may have happened; of any id where none is
  /// given.
  [[nodiscard]] std::vector<std::size_t> Producers(const Json& record,
                                                   std::optional<std::string_view> id) const;
  /// When what the call wrote expires at the latest; nothing where it does not.
  [[nodiscard]] std::optional<UnixMillis> ExpiresBy(std::size_t call) const;
  /// True where the ids that the history names are more than the cap allows.
  [[nodiscard]] bool cap_binds() const { return cap_binds_; }
  /// Other ids that may have been written after `a` had begun and before `b` had ended.
  [[nodiscard]] std::size_t OtherIdsBetween(std::size_t a, std::size_t b) const;
  /// True where some entry may have been evicted between the two.
  [[nodiscard]] bool MayHaveEvictedBetween(std::size_t a, std::size_t b) const;

  /// The facts that satisfy `test`, by their beginning.
  template <typename Test>
  [[nodiscard]] std::vector<std::size_t> FactsThat(const Test& test) const {
    std::vector<std::size_t> found;
    for (const std::size_t fact : facts_) {
      if (test(fact)) found.push_back(fact);
    }
    return found;
  }

 private:
  [[nodiscard]] bool Observes(std::size_t call) const;

  const ConcurrentHistory& history_;
  std::vector<std::size_t> facts_;
  std::size_t impossible_ = 0;
  std::vector<std::size_t> begin_;
  std::vector<std::size_t> end_;
  bool cap_binds_ = false;
};

}  // namespace holdfast::conformance
