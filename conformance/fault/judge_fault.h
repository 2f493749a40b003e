// Judges a process one of whose steps failed.
#pragma once

#include <optional>

#include "conformance/check/situations.h"
#include "conformance/check/verdict.h"
#include "conformance/drill/ledger.h"
#include "conformance/drill/run_drill.h"

namespace holdfast::conformance {

/// A process that was struck once.
struct StruckProcess {
  const SeenProcess& seen;
  const trace::Step& step;  ///< The one that was struck.
  bool is_sticky = false;   ///< Later ones of its kind failed too.
  std::size_t answers = 0;  ///< Of the driver before that step.
};

/// What it was answered is legal: an error, and the old state; an acknowledgement, and the new
/// one; an error of unknown effect, and either (DUR-6). A fault that has gone leaves no trace in
/// later calls (DUR-7). `ledger` holds what the store held before, and takes in the calls.
[[nodiscard]] std::optional<Failure> JudgeFault(const StruckProcess& struck, Ledger& ledger);

/// True where the call that was struck was answered as if it had succeeded.
[[nodiscard]] bool IsAcknowledged(const StruckProcess& struck);

/// Counts what the strike is an instance of.
void SightFault(const StruckProcess& struck, const trace::What& what, Coverage& met);

/// The situations of level `fault`, in the order of their clauses.
[[nodiscard]] const std::vector<Situation>& FaultSituations();

}  // namespace holdfast::conformance
