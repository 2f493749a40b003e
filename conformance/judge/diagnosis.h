// The name of a violation, and the clauses it breaks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/judge/story.h"

namespace holdfast::conformance {

struct Diagnosis {
  std::string name;
  std::vector<std::string> clauses;  ///< The most telling first.
  /// The entry it is about: what was there or was not; empty where that is no one entry.
  std::string id;
  /// A record of that id which was seen, and should not have been.
  std::optional<Json> seen{};
  /// A call whose record should have been there.
  std::optional<std::size_t> missing{};
};

/// Names what the facts of a story amount to: the first of a fixed list of causes that fits.
[[nodiscard]] Diagnosis Diagnose(const Story& story);

}  // namespace holdfast::conformance
