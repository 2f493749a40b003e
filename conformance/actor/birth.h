// The first steps of a driver process after the fork, on the child's side.
//
// It inherits no descriptor and no signal setting of ours but those it is to have. All of this is
// async-signal-safe, since the process it was forked from may have threads. Source: fork(2),
// prctl(2), close_range(2); Linux 5.9.
#pragma once

#include <sys/types.h>

#include <span>

namespace holdfast::conformance {

/// The kernel kills the calling process when the thread that forked it ends. `parent` is the
/// process of that thread; where it is dead already the caller ends at once.
void DieWith(pid_t parent);

/// DieWith(), and then a process group of its own and signals as they are by default. Handlers of
/// faults stay: they may be a sanitizer's.
void LeadGroupAndDieWith(pid_t parent);

/// Puts the descriptors at 0, 1, 2, … in the order given, and closes every other one. Overwrites
/// what it is given.
void KeepOnly(std::span<int> wanted);

}  // namespace holdfast::conformance
