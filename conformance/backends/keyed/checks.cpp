#include "conformance/backends/keyed/checks.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "conformance/backends/keyed/refused.h"
#include "holdfast/spec/json_size.h"
#include "holdfast/spec/text.h"

namespace holdfast::conformance {
namespace {

constexpr std::size_t kMaxNamespaceBytes = 128;

bool IsAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

void CheckText(std::string_view text) {
  if (!IsWellFormed(text)) RefuseArgument("record", "holds text that is not well-formed Unicode");
}

// The depth is bounded first, so recursion is too.
void CheckValue(const Json& value, std::int64_t depth) {
  if (value.is_string()) return CheckText(value.get_ref<const std::string&>());
  if (value.is_number_float() && !std::isfinite(value.get<double>()))
    RefuseArgument("record", "holds a number that is not finite");
  if (!value.is_structured()) return;
  if (depth == kMaxKeyedDepth) {
    RefuseArgument("record", "nests deeper than " + std::to_string(kMaxKeyedDepth) + " levels",
                   ErrorCode::kTooLarge);
  }
  for (const auto& [name, member] : value.items()) {
    if (value.is_object()) CheckText(name);
    CheckValue(member, depth + 1);
  }
}

}  // namespace

std::string CheckedNamespace(const OpenOptions& options) {
  const std::string_view name = TrimWhiteSpace(options.namespace_name);
  const bool is_legal =
      !name.empty() && name.size() <= kMaxNamespaceBytes && IsAlphanumeric(name.front()) &&
      std::all_of(name.begin(), name.end(),
                  [](char c) { return IsAlphanumeric(c) || c == '.' || c == '_' || c == '-'; });
  if (!is_legal) RefuseArgument("namespace", "breaks the syntax of namespaces");
  if (options.max_entries < 1) RefuseArgument("max_entries", "must be at least 1");
  if (options.default_ttl_ms.value_or(0) < 0)
    RefuseArgument("default_ttl_ms", "must be at least 0");
  if (options.lock_timeout_ms.value_or(0) < 0)
    RefuseArgument("lock_timeout_ms", "must be at least 0");
  return std::string(name);
}

std::string CheckedId(std::string_view id) {
  if (!IsWellFormed(id)) RefuseArgument("key", "is not well-formed Unicode");
  const std::string_view trimmed = TrimWhiteSpace(id);
  if (trimmed.empty()) RefuseArgument("key", "is empty");
  if (trimmed.size() > static_cast<std::size_t>(kMaxKeyedIdBytes)) {
    RefuseArgument("key", "is longer than " + std::to_string(kMaxKeyedIdBytes) + " bytes",
                   ErrorCode::kTooLarge);
  }
  return std::string(trimmed);
}

std::string CheckedRecord(const Json& record) {
  CheckValue(record, 0);
  if (CompactBytes(record) > static_cast<std::size_t>(kMaxKeyedRecordBytes)) {
    RefuseArgument("record", "is larger than " + std::to_string(kMaxKeyedRecordBytes) + " bytes",
                   ErrorCode::kTooLarge);
  }
  return record.dump();
}

void CheckTtl(std::optional<std::int64_t> ttl_ms) {
  if (ttl_ms && (*ttl_ms < 0 || *ttl_ms > kMaxSafeInteger))
    RefuseArgument("ttl_ms", "must be a safe integer of at least 0");
}

std::optional<std::int64_t> ExpiryAfter(std::optional<std::int64_t> ttl_ms, std::int64_t now) {
  if (!ttl_ms) return std::nullopt;
  if (now > kMaxSafeInteger - *ttl_ms) RefuseArgument("ttl_ms", "expires beyond the safe integers");
  return now + *ttl_ms;
}

std::int64_t TimeOf(VirtualNow now) {
  if (now) return *now;
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
}

}  // namespace holdfast::conformance
