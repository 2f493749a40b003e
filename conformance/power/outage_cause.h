// Why a state holds less than it should, in one sentence: which sync was missing. Pure.
#pragma once

#include <string>

#include "conformance/power/disk_states.h"

namespace holdfast::conformance {

/// The most telling reason among the changes that `way` loses, for instance "the directory was
/// never synced after the rename".
[[nodiscard]] std::string CauseOf(const power::DiskStates& states, const power::Way& way,
                                  const trace::Trace& trace);

}  // namespace holdfast::conformance
