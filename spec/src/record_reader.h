// A record of a store file, read token by token.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "holdfast/spec/operation.h"
#include "spec/src/json_reader.h"

namespace holdfast {

/// What REC-4 holds a record to; absent means no limit.
struct RecordLimits {
  std::optional<std::int64_t> max_depth;
  std::optional<std::int64_t> max_bytes;
};

/// Reads the value that comes next, to its end. Nesting is not recursion.
/// Errors: the first rule of REC-2 to REC-4 that the value breaks, or a member that stands twice.
/// The value is read to its end all the same, so the reader stands behind it. Where the text is not
/// JSON the reader says so, and what is returned means nothing.
[[nodiscard]] Expected<Json, std::string> ReadRecord(JsonReader& reader,
                                                     const RecordLimits& limits);

}  // namespace holdfast
