// Replaces a file in one step: readers find the old bytes or the new ones, and so does whoever
// comes after a crash (DUR-2).
//
// The bytes go to a temporary file first and to disk, then rename() puts it in the place of the
// old one, then the directory goes to disk. A failure before the rename has changed nothing. A
// failure after it leaves the new bytes in place, and nobody knows which ones a power loss would
// leave.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "reference/posix.h"

namespace holdfast::reference {

/// The new bytes are in place, but are not known to be on disk.
class DurabilityError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A file just written, still open, and what it looks like to stat().
struct WrittenFile {
  FileDescriptor file;
  FileIdentity identity;
};

/// Replaces `name` in `dir` by `bytes`, durably, and sweeps temporary files that killed writers
/// left (FILE-8). The caller holds the directory's lock: a temporary file found is nobody's.
/// Errors: IoError, with nothing changed unless it says otherwise; DurabilityError.
[[nodiscard]] WrittenFile ReplaceFile(const FileDescriptor& dir, const std::string& name,
                                      std::string_view bytes);

/// True for the names that ReplaceFile() gives temporary files for `name`, and no others.
[[nodiscard]] bool IsTemporaryName(std::string_view candidate, std::string_view name);

}  // namespace holdfast::reference
