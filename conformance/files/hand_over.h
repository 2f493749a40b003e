// Another store of envelope/1, played by the suite: what it makes of a file that it is handed.
//
// It reads with the spec's own parser and writes as an author of another store might: members in
// another order, white space, names in escapes, members that the format does not name, `1.0` for
// the version, times with a fraction. All of that means the same to every reader of the format.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "holdfast/spec/envelope.h"
#include "holdfast/spec/operation.h"

namespace holdfast::conformance {

struct HandOver {
  std::vector<Operation> calls;  ///< What its own clients ask of it.
  std::int64_t now_ms = 0;
  std::uint64_t style = 0;  ///< Which of the ways to write it takes.
  int version = 1;          ///< The version that it writes: 0 for an older store, 2 for a newer.
};

/// The bytes that it leaves. Pure.
[[nodiscard]] std::string HandedOver(const Envelope& before, const HandOver& how);

}  // namespace holdfast::conformance
