// A drill: a short program whose process is followed step by step, and what strikes it, as plain
// data that can be saved, cut down and run again.
//
// One process fills the store and ends in order. Another one opens it, makes the calls, closes it
// and ends; that one is supervised, and the plan strikes it at a step of its own. A third opens
// what is left.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/trace/approach.h"
#include "conformance/trace/plan.h"
#include "holdfast/spec/capabilities.h"
#include "holdfast/spec/operation.h"

namespace holdfast::conformance {

/// A fill of so many registers is a long one: see Aimed().
inline constexpr std::size_t kLongFill = 16;

struct Drill {
  std::int64_t start_ms = 1'700'000'000'000;
  std::int64_t max_entries = 1000;
  std::vector<Operation> fill;   ///< None: the store is a fresh one.
  std::vector<Operation> calls;  ///< By the supervised process.
  /// What strikes the supervised process. Empty: it is followed, and whatever the level makes of
  /// that is tried.
  trace::Plan plan;
  /// Where not empty, the third process is struck too, and a fourth one opens what is left.
  trace::Plan recovery_plan;
  /// Where not empty, it strikes a process that makes the first call only, while a second one has
  /// the store open and has to be able to carry on. The other plans are empty then.
  trace::Plan survivor_plan;
  /// The way to the step that `plan` strikes, and to that of `recovery_plan`: a run that takes
  /// another one is not judged. Nothing where the store takes other steps from run to run.
  std::optional<trace::Approach> approach;
  std::optional<trace::Approach> recovery_approach;
  /// Whatever is tried without a plan, survivors are a part of it.
  bool tries_survivors = false;
  /// Of level `power`: the set of rules by which states are built. Empty: all, each in its turn.
  std::string profile;
  bool operator==(const Drill&) const = default;

  [[nodiscard]] std::size_t CountOperations() const { return fill.size() + calls.size(); }
  [[nodiscard]] bool HasPlan() const {
    return !plan.actions.empty() || !survivor_plan.actions.empty();
  }
};

[[nodiscard]] Json DrillToJson(const Drill& drill);
/// Errors: a sentence saying what is wrong and where.
[[nodiscard]] Expected<Drill, std::string> DrillFromJson(const Json& json);

/// The drill of that number: the same one for the same seed and claims.
[[nodiscard]] Drill DrawDrill(std::uint64_t seed, std::uint64_t number, const Capabilities& claims);

}  // namespace holdfast::conformance
