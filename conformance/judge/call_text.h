// Calls of a keyed store as a person reads them.
#pragma once

#include <string>

#include "conformance/judge/concurrent_history.h"

namespace holdfast::conformance {

/// A JSON value in ASCII, cut off where it is long.
[[nodiscard]] std::string Shown(const Json& value);

/// "register "a" 5 ttl 10", "entries".
[[nodiscard]] std::string Asked(const Operation& operation);

/// "ok", "record 5", "absent", "[a: 5, b: 7]", "refused: busy", "no answer".
[[nodiscard]] std::string Answered(const RecordedCall& call);

/// "process 2 (line 12)", or "process 2 (call 12)" where there is no file.
[[nodiscard]] std::string Who(const RecordedCall& call);

}  // namespace holdfast::conformance
