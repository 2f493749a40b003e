// What a line from a driver means, decoded strictly: what driver protocol 1 does not allow is
// refused with a sentence that says why.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

/// A reply before it is known which request it answers.
struct WireReply {
  std::int64_t re = 0;
  Expected<Json, StoreError> outcome;  ///< The `ok` member, not judged yet, or the `err` member.
};

/// Why a line is no valid reply or event.
struct LineFault {
  enum class Kind {
    kNotJson,    ///< What a banner may be.
    kNoMessage,  ///< JSON, yet neither a reply nor a valid event.
    kReply,      ///< A reply whose members break the protocol.
  } kind = Kind::kNotJson;
  std::string message;
};

/// Reads one line (without its LF).
[[nodiscard]] Expected<std::variant<WireReply, QuarantineEvent>, LineFault> ReadWireLine(
    std::string_view line);

/// Reads the `ok` member of a hello reply. Errors: a sentence naming the wrong member.
[[nodiscard]] Expected<BackendDescription, std::string> ReadHello(const Json& ok);

}  // namespace holdfast::conformance
