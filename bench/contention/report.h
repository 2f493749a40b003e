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
/// As text of one line. What a driver wrote may be no UTF-8: each ill-formed byte becomes U+FFFD.
[[nodiscard]] std::string JsonText(const Json& json);

/// A heading and a table for the rows of one scene; the stores of one durability stand together,
/// and only they are held against each other. Shape: a line for each, ended by LF; what a driver
/// wrote stands in it well-formed and without its control characters.
[[nodiscard]] std::string SceneTable(const std::vector<Row>& rows);

/// The primitives, a line each.
[[nodiscard]] std::string LimitsTable(const Comparison& comparison);

}  // namespace holdfast::bench
