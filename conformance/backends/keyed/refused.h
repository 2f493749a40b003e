// How a store below KeyedStore says no: it throws, and the edge of the store answers the error.
#pragma once

#include <string>
#include <utility>

#include "holdfast/spec/error.h"

namespace holdfast::conformance {

/// Thrown by what a KeyedStore calls; never leaves the store.
struct Refused {
  StoreError error;
};

[[noreturn]] inline void Refuse(ErrorCode code, std::string message,
                                Effect effect = Effect::kNone) {
  throw Refused{{code, effect, "", std::move(message)}};
}

[[noreturn]] inline void RefuseArgument(std::string field, std::string message,
                                        ErrorCode code = ErrorCode::kInvalidArgument) {
  throw Refused{{code, Effect::kNone, std::move(field), std::move(message)}};
}

}  // namespace holdfast::conformance
