// The way that a run takes to one of its steps, small enough for a replay file: a hash that tells
// whether another run takes the same one, and a line for each step that tells where it does not.
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/trace/trace.h"
#include "holdfast/spec/operation.h"

namespace holdfast::trace {

struct Approach {
  /// Of the steps before, as ShapeHash() sees them but without the lengths of acknowledgements, in
  /// which paths may stand; and of the last one's call and path, since what struck it hides the
  /// rest.
  std::string hash;
  /// A line for each step, files by their order of appearance: "#2". The last one's is its call and
  /// path.
  std::vector<std::string> steps;
  bool operator==(const Approach&) const = default;
};

/// The way to step k, with that step. k is less than the number of steps.
[[nodiscard]] Approach ApproachTo(const Trace& trace, std::uint64_t k);

/// How the way of `trace` to its step k parts from a recorded one, as a sentence; nothing where it
/// is the same. Where k is the number of steps, the run ended before it came to the last one.
[[nodiscard]] std::optional<std::string> WhereItParts(const Approach& recorded, const Trace& trace,
                                                      std::uint64_t k);

[[nodiscard]] Json ApproachToJson(const Approach& approach);
/// Errors: a sentence.
[[nodiscard]] Expected<Approach, std::string> ApproachFromJson(const Json& json);

}  // namespace holdfast::trace
