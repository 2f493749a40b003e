// A short-lived folder for the sockets and the log of one server, where a path is short enough for
// sun_path and no certified store's directory is touched.
//
// All of a user's are below one folder. Each is locked (flock) by the keeper it belongs to; whoever
// makes or removes one first sweeps those whose keepers were killed.
#pragma once

#include <sys/types.h>

#include <filesystem>

#include "conformance/backends/servers/own_fd.h"

namespace holdfast::conformance {

class ServerFolder {
 public:
  /// Made for `owner`, who may be another than the caller. Errors: throws std::runtime_error.
  explicit ServerFolder(uid_t owner);
  ServerFolder(const ServerFolder&) = delete;
  ServerFolder& operator=(const ServerFolder&) = delete;
  /// Removes it, and what others have left.
  ~ServerFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  OwnFd lock_;
};

}  // namespace holdfast::conformance
