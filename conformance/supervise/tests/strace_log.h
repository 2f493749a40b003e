// The log of strace, read for what it says of a directory: a second witness of a driver's steps,
// which shares no line with the supervisor.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace holdfast::conformance {

/// Options for strace, before the command: follow all, name what descriptors lead to, leave out
/// bytes.
[[nodiscard]] std::vector<std::string> StraceCommand(const std::filesystem::path& log);

/// The calls in such a log that name something in `dir`, or write to standard output, one text
/// each: the call, the paths relative to `dir` in angle brackets, counts and offsets where it has
/// them, and what it returned; descriptors and addresses as 0. Calls that neither read nor change
/// what is there (close, lseek, …) are left out.
[[nodiscard]] std::vector<std::string> CallsInLog(const std::filesystem::path& log,
                                                  const std::filesystem::path& dir);

}  // namespace holdfast::conformance
