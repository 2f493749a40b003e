// What the level `concurrent` sees of this program's twin where the store is linked: then clients
// are threads and forked children too, of which a driver has none.
#pragma once

#include <cstdint>
#include <filesystem>

#include "holdfast/spec/operation.h"

namespace holdfast::conformance {

/// Runs the level with the default budget until a failure names the twin's clause. Shape: "until_s"
/// (where one did), "programs", "seconds", "reason" and "failures", each with its "clauses" and
/// "operations". Errors: std::system_error where the machine refuses. Threads: as RunLevel().
[[nodiscard]] Json RunLinkedTwin(std::uint64_t seed, const std::filesystem::path& dir);

}  // namespace holdfast::conformance
