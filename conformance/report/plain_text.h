// Text that a terminal, a Markdown page and a log can show as it stands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/program/printable.h"  // IWYU pragma: export

namespace holdfast::conformance {

/// Bytes as printable ASCII: others come out as \n, \t or \xNN, a backslash as two. What is longer
/// than `limit` bytes is cut, and says how long it was.
[[nodiscard]] std::string EscapedBytes(std::string_view bytes, std::size_t limit = 400);

/// A number with its thousands told apart, for instance "51,234".
[[nodiscard]] std::string WithThousands(std::uint64_t number);

/// Seconds with one decimal, for instance "31.2 s".
[[nodiscard]] std::string InSeconds(double seconds);

/// The parts with a separator between them.
[[nodiscard]] std::string Joined(const std::vector<std::string>& parts, std::string_view separator);

/// A word as a POSIX shell takes it: quoted where it has to be.
[[nodiscard]] std::string ShellWord(std::string_view word);

}  // namespace holdfast::conformance
