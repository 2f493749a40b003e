// The rules of input (INP-*, REC-*, TTL-3, TTL-4) as functions, for the model. A store writes its
// own.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "holdfast/spec/capabilities.h"
#include "holdfast/spec/operation.h"

namespace holdfast::model {

/// The refusal that a rule of input calls for. Its effect is always none (INP-6).
struct Refusal {
  ErrorCode code = ErrorCode::kInvalidArgument;
  std::string field;        ///< The argument's name on the wire.
  std::string_view clause;  ///< The rule that refuses.

  bool operator==(const Refusal&) const = default;
};

/// How deep a value nests: a scalar is 0, [1] is 1.
[[nodiscard]] int Depth(const Json& value);

/// INP-1. The field is "namespace".
[[nodiscard]] std::optional<Refusal> JudgeNamespace(std::string_view name);
/// INP-2, INP-3, INP-4. The field is "key".
[[nodiscard]] std::optional<Refusal> JudgeId(std::string_view id, const Capabilities& limits);
/// REC-3, REC-4. The field is "record".
[[nodiscard]] std::optional<Refusal> JudgeRecord(const Json& record, const Capabilities& limits);
/// TTL-3, TTL-4, for a ttl at a time. The field is "ttl_ms".
[[nodiscard]] std::optional<Refusal> JudgeTtl(std::int64_t ttl_ms, UnixMillis now,
                                              const Capabilities& limits);

}  // namespace holdfast::model
