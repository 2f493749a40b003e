// What a store makes of a state that the plug left. Pure.
#pragma once

#include <optional>
#include <vector>

#include "conformance/check/outage.h"
#include "conformance/check/verdict.h"
#include "conformance/drill/recovery.h"

namespace holdfast::conformance {

/// What was seen of a state when a process opened it.
struct OpenedState {
  SeenProcess seen;
  std::size_t names = 0;  ///< In the directory, once the process had written and closed.
};

/// What the state is held to.
struct StateTerms {
  Owed owed;                        ///< At the point where the plug is pulled.
  std::vector<Operation> attempts;  ///< All that was ever called: nothing else can stand there.
  std::size_t usual_names = 0;      ///< In a directory that no loss of power has been over.
};

struct StateVerdict {
  Outage outage = Outage::kHarmless;
  std::optional<Failure> failure;
  bool hangs = false;  ///< A call was not answered in time.
};

[[nodiscard]] StateVerdict JudgeState(const OpenedState& opened, const StateTerms& terms);

/// Names that a directory may hold beyond the usual ones.
inline constexpr std::size_t kMostLitter = 2;

}  // namespace holdfast::conformance
