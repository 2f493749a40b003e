// Draws programs. A program is decided by a seed, its number and the backend's claims alone: the
// same three give the same program, on every machine.
#pragma once

#include <cstdint>

#include "conformance/program/program.h"
#include "holdfast/spec/capabilities.h"

namespace holdfast::conformance {

/// The `number`th program of a seed. Draws only what `capabilities` allow: no operation, step or
/// argument that the backend does not claim, other than to see it refused. Threads: any.
[[nodiscard]] Program GenerateProgram(std::uint64_t seed, std::uint64_t number,
                                      const Capabilities& capabilities);

}  // namespace holdfast::conformance
