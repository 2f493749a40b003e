// A file read or written as one text.
#pragma once

#include <filesystem>
#include <string>

#include "holdfast/spec/expected.h"

namespace holdfast::conformance {

/// The most that a file may hold which this program reads. Units: bytes.
inline constexpr std::size_t kMaxReadBytes = std::size_t{64} << 20U;

/// The bytes of a regular file. Never waits, as for a pipe, and never reads on for ever.
/// Errors: a sentence that names the file, where it is no regular one, has more than `limit` bytes
/// or cannot be read.
[[nodiscard]] Expected<std::string, std::string> TryReadFile(const std::filesystem::path& path,
                                                             std::size_t limit = kMaxReadBytes);

/// The same. Errors: a Complaint with the option that named it.
[[nodiscard]] std::string ReadWholeFile(const std::filesystem::path& path,
                                        const std::string& option,
                                        std::size_t limit = kMaxReadBytes);

/// Writes a file, whole or not at all: under an unguessable name beside it, which then takes its
/// place. A symbolic link in that place is replaced, not followed. Errors: throws
/// std::system_error; nothing is left behind then.
void WriteWholeFile(const std::filesystem::path& path, const std::string& text);

}  // namespace holdfast::conformance
