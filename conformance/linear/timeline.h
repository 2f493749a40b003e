// A concurrent history in the form the search works on: calls of interned classes, and the points
// in time at which they begin, return, or must have happened if they ever do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace holdfast::linear {

/// What an operation is and what it answered, as a number of the model: kind, arguments and
/// observed result.
using ClassId = std::uint32_t;
/// A state of the model, as a number of the model.
using StateId = std::uint32_t;

struct Call {
  ClassId cls = 0;
  int process = 0;
  /// It may have taken effect or not: its result is unknown. Without a deadline point it may do so
  /// at any later time.
  bool optional = false;
  std::size_t source = 0;  ///< For reports: the line or event it comes from.
};

struct Point {
  enum class Kind {
    kCall,      ///< The call begins.
    kReturn,    ///< The call has returned: it has taken effect. Never of an optional call.
    kDeadline,  ///< An optional call has taken effect by now, or never will.
  } kind = Kind::kCall;
  std::uint32_t call = 0;  ///< Index into Timeline::calls.
};

struct Timeline {
  std::vector<Call> calls;
  std::vector<Point> points;
};

}  // namespace holdfast::linear
