// Two runs that took the same steps call their temporary files differently, where a store draws
// such names by lot. Pure.
#pragma once

#include <map>
#include <string>

#include "conformance/trace/trace.h"
#include "conformance/trace/tree.h"

namespace holdfast::trace {

/// How the paths of one run are called in another that took the same steps, or only the first of
/// them, by their order of appearance.
[[nodiscard]] std::map<std::string, std::string> NamesAcross(const Trace& from, const Trace& to);

/// A tree of the one run with the other's names. Paths that `names` does not have stay as they are.
[[nodiscard]] Tree Renamed(const Tree& tree, const std::map<std::string, std::string>& names);

/// The first step at which two runs part, as a sentence; nothing where one took the same steps as
/// the other, up to where the shorter one ends. See ShapeHash() for what "the same" means; a step
/// without a result is the same as any.
[[nodiscard]] std::optional<std::string> WhereTheyPart(const Trace& one, const Trace& other);

}  // namespace holdfast::trace
