// Text of others that can be shown as it stands, and in which no two names look the same.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::conformance {

/// Text of others, safe to print: control characters other than LF come out as \xNN, characters
/// that are not seen (other white space, joiners, marks that combine, U+202E) as \u{XXXX},
/// ill-formed UTF-8 as U+FFFD, and
/// one sign that looks like several (U+FB01) as \u{XXXX} too.
[[nodiscard]] std::string Printable(std::string_view text);

/// The same on one line: LF comes out as \x0A.
[[nodiscard]] std::string PrintableOnOneLine(std::string_view text);

/// The lines of a story, each Printable(). Where two different texts between quotation marks may
/// look alike (a Cyrillic letter for a Latin one), all but ASCII comes out as \u{XXXX}, other than
/// U+2026, by which a story says that it leaves something out.
[[nodiscard]] std::vector<std::string> WithoutLookalikes(std::vector<std::string> lines);

}  // namespace holdfast::conformance
