// Steps carried out on a tree: the steps before k, applied to what stood there at the start, give
// the directory that kill -9 at the entry of step k leaves (DUR-2). Pure.
#pragma once

#include "conformance/trace/trace.h"
#include "conformance/trace/tree.h"

namespace holdfast::trace {

/// Carries out one step, which is one of the trace's. One that failed changes nothing.
/// Errors: a sentence, where the step is not followed (kUnsupported), had not ended, its bytes were
/// not kept, or where it cannot be a step on this tree; the tree is then as it was.
[[nodiscard]] Expected<void, std::string> Apply(Tree& tree, const Step& step, const Trace& trace);

/// Why the trace cannot be applied anywhere, as a sentence: a step makes a file larger than
/// kMostFileBytes.
[[nodiscard]] std::optional<std::string> WhyTooLarge(const Trace& trace);

/// The tree before step k, from the tree at the start; k may be the number of steps.
/// Errors: as Apply(), with the step's number.
[[nodiscard]] Expected<Tree, std::string> TreeBefore(std::uint64_t k, Tree start,
                                                     const Trace& trace);

}  // namespace holdfast::trace
