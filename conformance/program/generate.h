// Draws programs. A program is decided by a seed, its number, what it is aimed at and the backend's
// claims alone: the same four give the same program, on every machine.
#pragma once

#include <cstdint>
#include <string_view>

#include "conformance/program/program.h"
#include "holdfast/spec/capabilities.h"

namespace holdfast::conformance {

/// The `number`th program of a seed. Draws only what `capabilities` allow: no operation, step or
/// argument that the backend does not claim, other than to see it refused. `aim` names one of
/// SequentialSituations() that the program is likely to meet; where it is empty the number decides
/// what the program is like. Threads: any.
[[nodiscard]] Program GenerateProgram(std::uint64_t seed, std::uint64_t number,
                                      const Capabilities& capabilities, std::string_view aim = "");

}  // namespace holdfast::conformance
