// Which processes stand above one another, as /proc tells it.
#pragma once

#include <sys/types.h>

namespace holdfast::conformance {

/// The parent of a process. 0 where there is no such process, or none that can be seen from here.
/// Source: proc(5).
[[nodiscard]] pid_t ParentOf(pid_t process);

/// True where `above` is this process, its parent, or the parent of one of these.
[[nodiscard]] bool StandsAboveUs(pid_t above);

}  // namespace holdfast::conformance
