// A new process opens what another one left, and must find a store that works.
#pragma once

#include <optional>

#include "conformance/check/verdict.h"
#include "conformance/drill/ledger.h"
#include "conformance/drill/run_drill.h"

namespace holdfast::conformance {

/// What the process is to do: list, write an entry that no drill writes, and list again.
[[nodiscard]] Errand RecoveryErrand(const std::filesystem::path& state_dir,
                                    std::int64_t max_entries);

/// What must hold after a stop that nobody asked for.
struct Owed {
  Ledger possible;      ///< All that the store may hold.
  Ledger acknowledged;  ///< What it holds where the operation under way did not happen.
  /// How the stop reads in titles: "a kill", "a failed call".
  std::string after;
  std::string kept = "DUR-2";   ///< The clause of what was acknowledged.
  std::string works = "DUR-3";  ///< The clause of opening and working.
};

/// What is owed at a stop after so many answers of a process (see AnswersBefore()): what it was
/// answered is there, and the call under way has happened or not. `base` is what the store held
/// before it.
[[nodiscard]] Owed OwedAt(std::size_t answers, const Ledger& base, const SeenProcess& seen,
                          std::string after);

/// Judges a recovery. The calls it came to are taken into `owed.possible`.
[[nodiscard]] std::optional<Failure> JudgeRecovery(const SeenProcess& seen, Owed& owed);

}  // namespace holdfast::conformance
