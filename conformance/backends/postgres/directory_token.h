// Which rows of the cluster are a state directory's own: a file in it holds the name.
#pragma once

#include <string>

#include "conformance/backends/keyed/patience.h"

namespace holdfast::conformance {

/// The name, drawn and made durable where the directory has none yet. Errors: Refused, with
/// `corrupt` where the file is not one of these.
[[nodiscard]] std::string TokenOf(const std::string& dir, const Patience& patience);

}  // namespace holdfast::conformance
