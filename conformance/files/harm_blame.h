// What each harm puts to the test.
#pragma once

#include <string>
#include <string_view>

#include "conformance/files/hindrance.h"

namespace holdfast::conformance {

/// The clause that a store breaks which does not do right under this harm.
[[nodiscard]] std::string ClauseOf(HindranceKind kind, const std::string& harm);

/// The situation that one harm alone makes; empty where it shares it with others.
[[nodiscard]] std::string_view SituationOf(const std::string& harm);

/// The situation that all harms of a kind make once their round was run; empty where there is more
/// to it.
[[nodiscard]] std::string_view SituationOf(HindranceKind kind);

}  // namespace holdfast::conformance
