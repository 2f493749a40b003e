// A comparison for a program to read, and for a person.
#pragma once

#include <string>
#include <vector>

#include "bench/contention/comparison.h"

namespace holdfast::bench {

/// The machine, as far as it explains figures: processors, kernel, file system, load.
[[nodiscard]] Json MachineToJson();

/// Shape: bench/contention/contention.schema.json. `load_before`: the machine's load when the first
/// scene began.
[[nodiscard]] Json ComparisonToJson(const Comparison& comparison, double load_before);

/// A heading and a table for the rows of one scene; the stores of one durability stand together,
/// and only they are held against each other. Shape: lines of at most 120 columns, each ended by
/// LF.
[[nodiscard]] std::string SceneTable(const std::vector<Row>& rows);

/// The primitives, a line each.
[[nodiscard]] std::string LimitsTable(const Comparison& comparison);

}  // namespace holdfast::bench
