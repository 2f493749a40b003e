// For who runs something step by step against a driver: the way out of it where the driver is at
// fault.
#pragma once

#include <type_traits>
#include <utility>

#include "conformance/actor/driver_client.h"

namespace holdfast::conformance {

/// Thrown by OrEnd(), and caught by the function that the run began in.
struct RunEnded {
  DriverFault fault;
};

/// What was expected. Errors: throws RunEnded where it is a fault.
template <typename T>
T OrEnd(Expected<T, DriverFault> expected) {
  if (!expected) throw RunEnded{std::move(expected.error())};
  if constexpr (!std::is_void_v<T>) return std::move(*expected);
}

}  // namespace holdfast::conformance
