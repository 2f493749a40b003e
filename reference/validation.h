// Judges arguments before anything is touched (INP-1 to INP-6, REC-2 to REC-4, TTL-3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "holdfast/reference/store.h"
#include "holdfast/spec/expected.h"

namespace holdfast::reference {

/// The text without white space at its ends, as ECMAScript's trim() has it.
/// Source: ECMA-262, WhiteSpace and LineTerminator.
[[nodiscard]] std::string_view Trim(std::string_view text);

/// True for UTF-8 without overlong forms, surrogates or values past U+10FFFF. Source: Unicode,
/// table 3-7.
[[nodiscard]] bool IsWellFormed(std::string_view text);

/// The namespace, trimmed. Errors: `invalid-argument` for `namespace`.
[[nodiscard]] Expected<std::string, StoreError> CheckNamespace(std::string_view text);

/// The id, trimmed; a view into the argument. Errors: `invalid-argument` or `too-large` for `key`.
[[nodiscard]] Expected<std::string_view, StoreError> CheckId(std::string_view id,
                                                             const Limits& limits);

/// The record as compact JSON.
/// Errors for `record`: `too-large`, where it is too deep or too long; `invalid-argument`, where it
/// is no JSON value (a number that is not finite, binary data) or holds ill-formed text.
[[nodiscard]] Expected<std::string, StoreError> CheckRecord(const Json& record,
                                                            const Limits& limits);

/// Judges a ttl without knowing the time. Errors: `invalid-argument` for `field`.
[[nodiscard]] Expected<void, StoreError> CheckTtl(std::optional<std::int64_t> ttl_ms,
                                                  const char* field);

/// When an entry registered now expires; nothing without a ttl.
/// Errors: `invalid-argument` for `ttl_ms`, where that is no safe integer (TTL-3).
[[nodiscard]] Expected<std::optional<std::int64_t>, StoreError> ExpiryOf(
    std::int64_t now, std::optional<std::int64_t> ttl_ms);

}  // namespace holdfast::reference
