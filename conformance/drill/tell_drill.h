// The failure of a drill in words.
#pragma once

#include <string>
#include <vector>

#include "conformance/check/verdict.h"
#include "conformance/drill/run_drill.h"

namespace holdfast::conformance {

/// The first line names clauses and title; then a cap that the calls can reach, the calls of both
/// processes, the step that was struck with the step before it, the lines `then`, what was expected
/// and what was got.
[[nodiscard]] std::vector<std::string> TellDrill(const Failure& failure, const Drill& drill,
                                                 const SeenProcess& filled,
                                                 const SeenProcess& struck,
                                                 const trace::Trace& trace,
                                                 const std::vector<std::string>& then = {});

/// A call with its answer, as a line of a story without its indent.
[[nodiscard]] std::string TellCall(const DrillCall& call);
/// The same of many, a line each: but registers that others after them overwrite are one line.
[[nodiscard]] std::vector<std::string> TellCalls(const std::vector<DrillCall>& calls);

/// A step in a few words: its call, where, and how many bytes.
[[nodiscard]] std::string TellWhat(const trace::Step& step);

}  // namespace holdfast::conformance
