// What the machine alone does, measured beside the stores: the scale that their figures are read
// by.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <map>
#include <string_view>

#include "bench/contention/candidate.h"

namespace holdfast::bench {

inline constexpr std::array<Primitive, 9> kAllPrimitives = {
    Primitive::kFlockPair, Primitive::kRobustMutexPair, Primitive::kPipeRoundTrip,
    Primitive::kFsync,     Primitive::kAppendFsync,     Primitive::kRename,
    Primitive::kStat,      Primitive::kReplacement,     Primitive::kQuickReplacement};

/// For instance "flock-pair".
[[nodiscard]] std::string_view PrimitiveName(Primitive primitive);

/// The mean time of each, by one process that has the machine for itself as far as we know.
/// Units: ns.
using Limits = std::map<Primitive, double>;

/// Measures each for about that time. A replacement has the size of a store file of `entries`
/// entries in the format envelope/1. Errors: throws std::system_error, where a system call fails.
[[nodiscard]] Limits MeasureLimits(std::size_t entries, std::chrono::milliseconds time);

}  // namespace holdfast::bench
