// Stores that are broken in exactly one way: what the suite must catch.
//
// Each mutant is the reference store behind a wrapper that deviates in one place. None is a copy of
// the store.
#pragma once

#include <iosfwd>
#include <memory>
#include <string_view>
#include <vector>

#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

struct Mutant {
  std::string_view name;    ///< For instance "ttl-boundary".
  std::string_view broken;  ///< What is wrong, in a few words.
  std::string_view clause;  ///< The clause it breaks, and by which it must be caught.
  std::string_view level;   ///< The level that must catch it.
};

/// For test reports.
void PrintTo(const Mutant& mutant, std::ostream* out);

/// All mutants, by area.
[[nodiscard]] const std::vector<Mutant>& AllMutants();

/// The mutant of that name. The name must be one of AllMutants().
[[nodiscard]] std::unique_ptr<Backend> MakeMutant(std::string_view name);

}  // namespace holdfast::conformance
