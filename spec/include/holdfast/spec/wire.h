// Operations and answers as driver protocol 1 and the history files write them.
#pragma once

#include <string>

#include "holdfast/spec/operation.h"

namespace holdfast {

/// The `args` of a store operation: {"key":…,"record":…,"ttl_ms":…}, as far as the operation takes
/// them.
[[nodiscard]] Json ArgsToJson(const Operation& operation);

/// The operation that a name and its `args` mean. Null for an optional argument is its absence;
/// unknown members are ignored. Errors: `unsupported` for an unknown name; `invalid-argument` with
/// the field for a missing argument or one of the wrong type. Values are not judged here: that is
/// the store's business.
[[nodiscard]] Expected<Operation, StoreError> OperationFromJson(std::string_view name,
                                                                const Json& args);

/// The `ok` object of a reply.
[[nodiscard]] Json AnswerToJson(const Answer& answer);

/// Reads the `ok` object of a reply to `kind`, strictly: every member the protocol names must be
/// there and of its type. Errors: a sentence saying which member is wrong.
[[nodiscard]] Expected<Answer, std::string> AnswerFromJson(OpKind kind, const Json& ok);

/// The `err` object of a reply.
[[nodiscard]] Json ErrorToJson(const StoreError& error);
/// Reads the `err` object of a reply, strictly.
/// Errors: a sentence saying which member is wrong, an unknown code and an effect that the code may
/// not have among them.
[[nodiscard]] Expected<StoreError, std::string> ErrorFromJson(const Json& err);

/// {"ok":…} or {"err":…}.
[[nodiscard]] Json ResultToJson(const Result& result);
/// Reads what ResultToJson() wrote.
[[nodiscard]] Expected<Result, std::string> ResultFromJson(OpKind kind, const Json& json);

}  // namespace holdfast
