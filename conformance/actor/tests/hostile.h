// How the tests start a driver that misbehaves, and how long they wait for it.
#pragma once

#include <optional>
#include <string>

#include "conformance/actor/driver_client.h"

namespace holdfast::conformance {

inline const Operation kLookup{OpKind::kLookup, "a", nullptr, std::nullopt};

/// Long where an answer is due, so that a slow machine fails no test.
inline constexpr DriverTimeouts kPatient{std::chrono::seconds(60), std::chrono::seconds(60),
                                         std::chrono::seconds(60)};
/// Short where the deadline is what the test waits for.
inline constexpr DriverTimeouts kImpatient{std::chrono::seconds(60), std::chrono::milliseconds(50),
                                           std::chrono::milliseconds(50)};

/// The driver of hostile_driver.cpp, doing `deed` when it is asked for `op`.
inline DriverSource Hostile(const std::string& op, const std::string& deed) {
  return {{HOLDFAST_HOSTILE_DRIVER, op, deed}, nullptr};
}

}  // namespace holdfast::conformance
