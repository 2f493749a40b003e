// `holdfast list` and `holdfast explain`: what the program knows.
#pragma once

#include <string>

namespace holdfast::conformance {

/// A line for each clause: id, strength, title.
[[nodiscard]] std::string ListClauses();
/// A line for each situation that a level exercises: level, name, clauses, the claims
/// it needs, title, floor.
[[nodiscard]] std::string ListChecks();
/// A line for each linked backend; the default first.
[[nodiscard]] std::string ListBackends();

/// A clause in full. Errors: a Complaint that names the ids spelt most like it.
[[nodiscard]] std::string Explain(const std::string& clause);

}  // namespace holdfast::conformance
