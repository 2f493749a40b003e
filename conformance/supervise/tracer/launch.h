// How the first process of a run comes under the tracer.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace holdfast::tracer {

/// Starts a command, stopped at its gate until it is seized. It inherits all standard streams.
/// Returns the tracer's end of the gate. Errors: throws std::runtime_error, as everything here.
[[nodiscard]] int StartAtGate(const std::vector<std::string>& command);

/// Seizes the process that stands at the gate and lets it go on; returns its number.
/// Source: ptrace(2), PTRACE_SEIZE.
pid_t SeizeAtGate(int gate);

}  // namespace holdfast::tracer
