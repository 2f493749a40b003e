#include "conformance/power/judge_state.h"

#include <algorithm>
#include <utility>

namespace holdfast::conformance {
namespace {

bool IsAttempted(const Entry& entry, const std::vector<Operation>& attempts) {
  return std::any_of(attempts.begin(), attempts.end(), [&](const Operation& operation) {
    return (operation.kind == OpKind::kRegister || operation.kind == OpKind::kClaim) &&
           operation.id == entry.id && operation.record == entry.record;
  });
}

// How bad a failure is, by the first listing.
Outage OutageOf(const SeenProcess& seen, const StateTerms& terms) {
  if (seen.not_opened || !seen.events.empty()) return Outage::kShuts;
  if (seen.calls.empty() || !seen.calls.front().result) return Outage::kShuts;
  const DrillCall& first = seen.calls.front();
  if (!first.result->has_value()) return Outage::kShuts;
  Ledger possible = terms.owed.possible;
  if (!possible.TakeUndisturbed(first)) return Outage::kUnusable;
  const auto* listing = std::get_if<Listed>(&**first.result);
  const bool is_invented =
      listing != nullptr &&
      !std::all_of(listing->entries.begin(), listing->entries.end(),
                   [&](const Entry& entry) { return IsAttempted(entry, terms.attempts); });
  return is_invented ? Outage::kInvents : Outage::kLoses;
}

}  // namespace

StateVerdict JudgeState(const OpenedState& opened, const StateTerms& terms) {
  Owed owed = terms.owed;
  if (auto failure = JudgeRecovery(opened.seen, owed)) {
    const auto& ended = opened.seen.ended;
    return {OutageOf(opened.seen, terms), std::move(failure),
            ended && ended->kind == DriverFault::Kind::kTimeout};
  }
  if (opened.names <= terms.usual_names + kMostLitter) return {};
  return {
      Outage::kUnusable,
      Failure{{"DUR-8", "DUR-4"},
              "what a loss of power leaves behind is never removed",
              0,
              "at most " + std::to_string(terms.usual_names + kMostLitter) + " names after a write",
              std::to_string(opened.names) + " names"},
      false};
}

}  // namespace holdfast::conformance
