// SIGINT and SIGTERM as a flag, so that a run ends in order: its drivers stopped, its folders
// removed, its report written.
#pragma once

namespace holdfast::conformance {

/// From now on the two signals only set the flag.
void WatchForInterruption();

/// True once one of them came in.
[[nodiscard]] bool IsInterrupted();

}  // namespace holdfast::conformance
