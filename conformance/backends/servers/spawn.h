// Runs a program to its end, without a shell and without a fork() that handlers would see: none of
// them is to run in the middle of an operation.
#pragma once

#include <string>
#include <vector>

namespace holdfast::conformance {

/// In a session of its own, with nothing to read and its output going nowhere. Returns its exit
/// status, or 128 and the number of the signal that ended it. Errors: Refused with `io` where it
/// cannot be started.
[[nodiscard]] int RunToItsEnd(std::vector<std::string> words);

}  // namespace holdfast::conformance
