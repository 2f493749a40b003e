// Judges what became of namespaces that look like paths, or are no namespaces at all (INP-1).
#pragma once

#include <optional>

#include "conformance/check/situations.h"
#include "conformance/check/verdict.h"
#include "conformance/files/run_trial.h"

namespace holdfast::conformance {

/// Those that INP-1 refuses leave no trace, and the others none but their own.
[[nodiscard]] std::optional<Failure> JudgeNamespaces(const TrialRun& run, Coverage& met);

}  // namespace holdfast::conformance
