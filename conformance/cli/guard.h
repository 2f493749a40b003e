// A run that leaves nothing behind even where the program is killed.
//
// The program forks. The second process does the work. The first waits for it, passes signals on
// and ends as it does. If the first is killed, the kernel tells the second to end
// (PR_SET_PDEATHSIG), which it does in order: its drivers and what they have left, its folders. If
// the second is killed or breaks, the processes that it had started are handed to the first, which
// ends them. Only if both are killed at once can a process stay that has left its driver's group,
// and a folder; no more is promised. Source: prctl(2), signal(7).
#pragma once

#include <functional>

#include "conformance/cli/complaint.h"

namespace holdfast::conformance {

/// Runs `run` in a second process, and returns what it returned; in that process too, so that both
/// end in the same way. Where a signal ended it, that signal ends this one. Errors: throws
/// std::system_error where there can be no second process. Threads: before any is started.
[[nodiscard]] ExitCode RunGuarded(const std::function<ExitCode()>& run);

}  // namespace holdfast::conformance
