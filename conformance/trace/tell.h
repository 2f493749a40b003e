// Steps for a person. Pure.
#pragma once

#include <string>

#include "conformance/trace/durability.h"
#include "conformance/trace/trace.h"

namespace holdfast::trace {

/// One line without its end: number, call, path, what it did and how it ended. Paths are as they
/// are: any bytes.
[[nodiscard]] std::string TellStep(const Step& step);

/// One line without its end: what of an acknowledged operation the plug could have taken back, by
/// both sets of rules; "" where it changed nothing.
[[nodiscard]] std::string TellAudit(const AcknowledgedSteps& acknowledged);

}  // namespace holdfast::trace
