// What stands in the place of a store's file, for libraries that would wait for ever at a FIFO.
#pragma once

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>

#include "conformance/backends/keyed/refused.h"

namespace holdfast::conformance {

/// The size of a regular file; nothing where there is none. Errors: Refused with `unsafe-path`
/// where it is something else, with `io` where it cannot be looked at.
[[nodiscard]] inline std::optional<off_t> SizeOfStoreFile(const std::string& path) {
  struct stat seen {};
  if (stat(path.c_str(), &seen) != 0) {
    if (errno == ENOENT) return std::nullopt;
    Refuse(ErrorCode::kIo, path + ": " + std::strerror(errno));
  }
  if (!S_ISREG(seen.st_mode)) Refuse(ErrorCode::kUnsafePath, path + " is not a regular file");
  return seen.st_size;
}

}  // namespace holdfast::conformance
