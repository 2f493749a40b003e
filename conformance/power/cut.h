// A trace cut into units. Pure.
#pragma once

#include <string>
#include <vector>

#include "conformance/power/unit.h"
#include "conformance/trace/trace.h"
#include "conformance/trace/tree.h"

namespace holdfast::power {

/// What a run is made of.
struct CutTrace {
  std::vector<Unit> units;  ///< In the order of steps.
  trace::Tree start;  ///< With every file that the run made, as it was when it was new; a file
                      ///< takes no place in the directory until a name leads to it.
};

/// Pages are of 4 KiB: what the plug leaves of a write is told page by page.
inline constexpr std::int64_t kPageBytes = 4096;

/// Errors: a sentence with the step's number: see trace::Apply(). A step that has no result where
/// the plan killed the run has not happened.
[[nodiscard]] Expected<CutTrace, std::string> Cut(const trace::Trace& trace,
                                                  const trace::Tree& start);

/// The directory a path is in, "" for the store's own.
[[nodiscard]] std::string ParentOf(const std::string& path);

}  // namespace holdfast::power
