// The signals that ask a program to end, and a reader of its output that has gone, as one flag, so
// that a run ends in order: its drivers stopped, its folders removed, its report written.
#pragma once

namespace holdfast::conformance {

/// From now on SIGINT, SIGTERM and SIGHUP only set the flag, and SIGPIPE does nothing. A signal
/// that was ignored when the program started stays ignored, as nohup(1) wants it.
void WatchForInterruption();

/// True once one of them came in, or once nobody can read standard output any more.
[[nodiscard]] bool IsInterrupted();

}  // namespace holdfast::conformance
