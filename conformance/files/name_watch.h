// The names that come up in a folder, and the moment one does.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "conformance/actor/descriptor.h"

namespace holdfast::conformance {

/// True for the names that a store of envelope/1 gives to anything but its temporary files.
[[nodiscard]] bool IsLastingName(const std::string& name);

/// Threads: not shared. Source: inotify(7).
class NameWatch {
 public:
  /// Those that come up from now on.
  void Start(const std::filesystem::path& folder);
  /// Names of temporary files that came up since, in their order.
  [[nodiscard]] std::vector<std::string> Take();
  /// For poll(2): readable where Take() may have something; -1 before Start().
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  UniqueFd fd_;
};

}  // namespace holdfast::conformance
