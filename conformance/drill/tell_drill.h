// The failure of a drill in words.
#pragma once

#include <string>
#include <vector>

#include "conformance/check/verdict.h"
#include "conformance/drill/run_drill.h"

namespace holdfast::conformance {

/// The first line names clauses and title; then the calls of both processes, the step that was
/// struck with the step before it, what was expected and what was got.
[[nodiscard]] std::vector<std::string> TellDrill(const Failure& failure, const Drill& drill,
                                                 const SeenProcess& filled,
                                                 const SeenProcess& struck,
                                                 const trace::Trace& trace);

}  // namespace holdfast::conformance
