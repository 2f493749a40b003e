// A keyed store on TDB, the trivial database of Samba.
#pragma once

#include <memory>

#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

/// One database a namespace, `<dir>/<namespace>.tdb`. Every change is a transaction of TDB's, which
/// syncs. Without a memory map, so that every byte that is written can be followed.
[[nodiscard]] std::unique_ptr<Backend> MakeTdbBackend();

}  // namespace holdfast::conformance
