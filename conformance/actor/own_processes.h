// The processes that this one has started and will reap: drivers, each leading a process group, and
// the workers of a campaign. Kept so that a signal handler can end every driver with all that it
// has started, and so that whoever reaps orphans leaves these alone.
//
// A process stands here until just before it is reaped. Until then its number cannot belong to
// anybody else, which is what makes a kill by number safe. Source: signal-safety(7), kill(2).
#pragma once

#include <sys/types.h>

namespace holdfast::conformance {

/// Whether the process leads a group of its own.
enum class Leads { kNothing, kGroup };

/// Adds a process. Where more than 4,096 are noted at once, the rest is not. Threads: any.
void NoteOwnProcess(pid_t pid, Leads leads);
/// Takes a process out, before it is reaped. Threads: any.
void ForgetOwnProcess(pid_t pid);
/// True from the one until the other. Threads: any.
[[nodiscard]] bool IsOwnProcess(pid_t pid);

/// SIGKILL to every group whose leader is noted. Safe in a signal handler.
void KillOwnGroups() noexcept;

/// In a new process after fork(): nothing is its own yet.
void ForgetAllProcesses();

}  // namespace holdfast::conformance
