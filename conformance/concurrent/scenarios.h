// What programs that keep such a store do with it, as races: the same ids, records and lifetimes,
// the same order of calls, over several clients with kills between.
#pragma once

#include <string_view>
#include <vector>

#include "conformance/concurrent/race.h"
#include "holdfast/spec/capabilities.h"

namespace holdfast::conformance {

struct Scenario {
  std::string_view name;                  ///< For instance "matrix-approvals".
  std::string_view situation;             ///< The name of its situation: "scenario-" and its name.
  std::string_view title;                 ///< What happens, for a person.
  std::vector<std::string_view> clauses;  ///< The promises it leans on.
  bool (*claimed)(const Capabilities&);   ///< Whether the claims let it happen.
  /// Writes the prefix, phases and bounds of a race whose road is chosen. Takes its draws from the
  /// generator around it.
  void (*write)(Race&, const Capabilities&);
};

[[nodiscard]] const std::vector<Scenario>& AllScenarios();

/// Those that the claims let happen.
[[nodiscard]] std::vector<const Scenario*> ScenariosFor(const Capabilities& claims);

}  // namespace holdfast::conformance
