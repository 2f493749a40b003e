// A keyed store on LMDB.
#pragma once

#include <memory>

#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

/// One environment a namespace, `<dir>/<namespace>.lmdb`, with LMDB's own defaults: every commit is
/// synced.
[[nodiscard]] std::unique_ptr<Backend> MakeLmdbBackend();

}  // namespace holdfast::conformance
