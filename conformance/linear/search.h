// Is there an order of the calls that the model allows and that keeps real time? (Herlihy and Wing,
// TOPLAS 1990.)
//
// Calls that a kill cut off are optional up to a deadline: strict linearizability (Aguilera and
// Frølund, 2003).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "conformance/linear/model.h"
#include "conformance/linear/timeline.h"

namespace holdfast::linear {

enum class Answer { kLinearizable, kViolation, kUnknown };

/// "linearizable", "violation" or "unknown".
[[nodiscard]] std::string_view AnswerName(Answer answer);

/// What a search may cost. It is asked after every step, so it is kept closely.
struct Budget {
  std::uint64_t steps = 200'000'000;
  std::chrono::milliseconds time{60'000};
  std::size_t memory_bytes = std::size_t{2} << 30U;  ///< Of the configurations seen and of what the
                                                     ///< model remembers.
};

struct Finding {
  Answer answer = Answer::kUnknown;
  /// Linearizable: the calls in an order that the model allows; an optional call that is left out
  /// never happened.
  std::vector<std::uint32_t> witness;
  /// Violation: the point that no order gets past, the earliest such. Unknown: the furthest point
  /// reached.
  std::size_t furthest_point = 0;
  std::string_view spent;  ///< Unknown: which part of the budget was spent, or that too many calls
                           ///< were open at once.
  std::uint64_t steps = 0;
  std::size_t configurations = 0;
};

/// At most this many calls may be open at one time; beyond it the answer is unknown.
inline constexpr std::size_t kMaxOpenCalls = 128;

/// Searches. Where no class is global, each component is searched by itself, which is equivalent
/// (locality). Threads: any, with a model of its own each.
[[nodiscard]] Finding Search(const Timeline& timeline, Model& model, const Budget& budget = {});

/// As Search(), with the components together. Slower; what is true of one is true of the other.
[[nodiscard]] Finding SearchTogether(const Timeline& timeline, Model& model,
                                     const Budget& budget = {});

/// True where `witness` takes each call that must happen once, no call twice, and none after one
/// that began only when it had ended.
[[nodiscard]] bool KeepsRealTime(const Timeline& timeline,
                                 const std::vector<std::uint32_t>& witness);

/// True where `witness` is an order as Finding describes it: legal step by step in the model and
/// true to real time. Slow and plain, and independent of how Search() came by it.
[[nodiscard]] bool IsWitness(const Timeline& timeline, Model& model,
                             const std::vector<std::uint32_t>& witness);

}  // namespace holdfast::linear
