// What a worker process tells its parent, as JSON. Texts may hold any bytes.
#pragma once

#include "conformance/actor/driver_client.h"
#include "conformance/check/verdict.h"

namespace holdfast::conformance {

[[nodiscard]] Json FailureToJson(const Failure& failure);
/// Errors: throws Json::exception for what FailureToJson() has not made.
[[nodiscard]] Failure FailureFromJson(const Json& json);

[[nodiscard]] Json FaultToJson(const DriverFault& fault);
/// Errors: throws Json::exception for what FaultToJson() has not made.
[[nodiscard]] DriverFault FaultFromJson(const Json& json);

/// The lines of a story.
[[nodiscard]] Json StoryToJson(const std::vector<std::string>& story);
[[nodiscard]] std::vector<std::string> StoryFromJson(const Json& json);

/// A driver fault as what a program ended in, laid to a clause of the protocol.
[[nodiscard]] Failure FailureOf(const DriverFault& fault, std::size_t step);

}  // namespace holdfast::conformance
