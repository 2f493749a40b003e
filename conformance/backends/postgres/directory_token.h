// Which rows of which cluster are a state directory's own: a file in it holds the name.
#pragma once

#include <functional>
#include <string>

#include "conformance/backends/keyed/patience.h"

namespace holdfast::conformance {

struct DirectoryToken {
  int cluster;
  std::string rows;
};

/// The name, drawn and made durable where the directory has none yet, in the cluster that
/// `find_cluster` answers. Errors: Refused, with `corrupt` where the file is not one of these.
[[nodiscard]] DirectoryToken TokenOf(const std::string& dir, const Patience& patience,
                                     const std::function<int()>& find_cluster);

}  // namespace holdfast::conformance
