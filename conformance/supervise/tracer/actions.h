// What is to be done to the run, as the command line says it: see trace::Plan.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/supervise/tracer/seen_step.h"

namespace holdfast::tracer {

struct Action {
  // Where.
  std::optional<std::uint64_t> number;  // by number, or else by place
  Place place;
  // What.
  enum class What { kKill, kFail, kShorten, kDelay } what = What::kKill;
  std::int64_t amount = 0;  // errno, bytes or milliseconds
  bool is_sticky = false;
  bool has_struck = false;
};

/// Reads an action such as "12 kill", "0:2:3 fail 28 sticky", "12 short 100", "12 delay 5".
/// Nothing for anything else.
[[nodiscard]] std::optional<Action> ParseAction(const std::string& words);

class Actions {
 public:
  explicit Actions(std::vector<Action> actions) : actions_(std::move(actions)) {}
  /// The action that strikes this step, which has not struck before; null where none does.
  [[nodiscard]] Action* For(const SeenStep& step);
  /// The errno of an earlier sticky failure of this kind; 0 where there is none.
  [[nodiscard]] int StickyErrorOf(const std::string& kind) const;
  void MakeSticky(const std::string& kind, int error) { sticky_.emplace_back(kind, error); }

 private:
  std::vector<Action> actions_;
  std::vector<std::pair<std::string, int>> sticky_;
};

}  // namespace holdfast::tracer
