// What a target does to the stores of one backend, as plain data read from a fuzzer's bytes.
//
// The same bytes are read in the same way whatever the backend claims; what it does not claim is
// then left out or put right. So a corpus is good for every backend.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "conformance/program/program.h"
#include "fuzz/byte_reader.h"
#include "holdfast/spec/capabilities.h"

namespace holdfast::fuzz {

/// These bytes are put in the place of a store's file.
struct PlaceStep {
  std::size_t store = 0;
  std::string bytes;
};

using PlanStep = std::variant<conformance::CallStep, conformance::AdvanceStep,
                              conformance::RestartStep, conformance::DamageStep, PlaceStep>;

struct Plan {
  conformance::Setup setup;
  std::vector<PlanStep> steps;
};

/// More steps than this are not read: longer inputs tell little that shorter ones do not.
inline constexpr std::size_t kMaxSteps = 48;
/// Behind a store file fewer are read: it is the file that an input is about.
inline constexpr std::size_t kMaxStepsAfterFile = 12;

/// Five bytes of setup (handles, cap, default ttl, which handles share what, start of the clock),
/// then steps until the bytes end.
[[nodiscard]] Plan ReadOperations(std::string_view bytes, const Capabilities& claims);

/// Up to the last byte 0xFF (which is no part of any UTF-8) a store file, and behind it steps;
/// where there is no such byte all of it is the file, and a few steps of every kind are taken.
[[nodiscard]] Plan ReadQuarantine(std::string_view bytes, const Capabilities& claims);

/// One line for a person, for instance `register "a" 1 ttl 5`.
[[nodiscard]] std::string Describe(const PlanStep& step);

}  // namespace holdfast::fuzz
