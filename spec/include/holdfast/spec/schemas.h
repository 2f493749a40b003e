// The JSON Schemas of spec/schemas (draft-07), compiled in, and validation against them.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "holdfast/spec/operation.h"

namespace holdfast {

enum class SchemaName {
  kEnvelope,
  kDriverRequest,
  kDriverReply,
  kDriverEvent,
  kHistory,  ///< One line of it.
  kReplay,
  kCertificate,
  kExpectations,
  kBackendManifest,
};

inline constexpr std::array<SchemaName, 9> kAllSchemas = {
    SchemaName::kEnvelope,    SchemaName::kDriverRequest, SchemaName::kDriverReply,
    SchemaName::kDriverEvent, SchemaName::kHistory,       SchemaName::kReplay,
    SchemaName::kCertificate, SchemaName::kExpectations,  SchemaName::kBackendManifest};

/// The schema's file name up to its first dot, for instance "driver-reply".
[[nodiscard]] std::string_view SchemaFileName(SchemaName name);

/// The schema itself, as JSON text. Lifetime: the program's.
[[nodiscard]] std::string_view SchemaText(SchemaName name);

/// Holds a value against a schema.
/// Errors: where the value breaks it, and how. Threads: any.
[[nodiscard]] Expected<void, std::string> ValidateAgainst(SchemaName name, const Json& value);

/// Holds a reply against what the protocol has a driver answer to `op` (PRO-7). Where the schema
/// knows no such operation, any reply will do. Errors and Threads as for ValidateAgainst().
[[nodiscard]] Expected<void, std::string> ValidateReplyTo(std::string_view op, const Json& reply);

}  // namespace holdfast
