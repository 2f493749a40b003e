// The naive store as a backend, so that it can be compared with the others.
#pragma once

#include <memory>

#include "bench/naive_store.h"
#include "holdfast/conformance/backend.h"

namespace holdfast::bench {

/// A backend over NaiveStore. It claims nothing but that it is shared by processes, and with
/// `kRenamed` that what it has acknowledged survives the end of a process. Ttl, cap and ids are not
/// looked at; Clear is unsupported.
[[nodiscard]] std::unique_ptr<conformance::Backend> MakeNaiveBackend(Rewriting rewriting);

}  // namespace holdfast::bench
