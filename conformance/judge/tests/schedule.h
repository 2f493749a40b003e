// When calls begin, take effect and return, drawn at random.
#pragma once

#include <cstddef>
#include <vector>

#include "conformance/judge/tests/generated_history.h"

namespace holdfast::conformance {

struct ScheduledStep {
  enum class Kind {
    kCall,
    kTake,           ///< The call takes effect.
    kReturn,         ///< The call returns.
    kReturnUnknown,  ///< The call returns without saying whether it happened.
    kCrash,
    kReaped,
    kBarrier,  ///< Nothing runs.
  } kind = Kind::kCall;
  std::size_t call = 0;
  int process = 0;
};

/// A killed process has a successor of another number.
[[nodiscard]] std::vector<ScheduledStep> DrawSchedule(const Bustle& bustle, Dice& dice);

}  // namespace holdfast::conformance
