#include "holdfast/spec/rules.h"

#include <algorithm>

#include "holdfast/spec/json_size.h"
#include "holdfast/spec/text.h"

namespace holdfast::model {
namespace {

constexpr std::size_t kMaxNamespaceBytes = 128;

bool IsAsciiAlphanumeric(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool StringsAreWellFormed(const Json& value) {
  if (value.is_string()) return IsWellFormed(value.get_ref<const std::string&>());
  if (value.is_object()) {
    return std::all_of(value.items().begin(), value.items().end(), [](const auto& member) {
      return IsWellFormed(member.key()) && StringsAreWellFormed(member.value());
    });
  }
  return !value.is_array() || std::all_of(value.begin(), value.end(), StringsAreWellFormed);
}

}  // namespace

int Depth(const Json& value) {
  if (!value.is_structured()) return 0;
  int deepest = 0;
  for (const Json& item : value) deepest = std::max(deepest, Depth(item));
  return deepest + 1;
}

std::optional<Refusal> JudgeNamespace(std::string_view name) {
  const Refusal refusal{ErrorCode::kInvalidArgument, "namespace", "INP-1"};
  name = TrimWhiteSpace(name);
  if (name.empty() || name.size() > kMaxNamespaceBytes) return refusal;
  if (!IsAsciiAlphanumeric(name.front())) return refusal;
  const auto legal = [](char c) {
    return IsAsciiAlphanumeric(c) || c == '.' || c == '_' || c == '-';
  };
  if (!std::all_of(name.begin(), name.end(), legal)) return refusal;
  return std::nullopt;
}

std::optional<Refusal> JudgeId(std::string_view id, const Capabilities& limits) {
  if (!IsWellFormed(id)) return Refusal{ErrorCode::kInvalidArgument, "key", "INP-3"};
  id = TrimWhiteSpace(id);
  if (id.empty()) return Refusal{ErrorCode::kInvalidArgument, "key", "INP-2"};
  if (limits.max_id_bytes && id.size() > static_cast<std::size_t>(*limits.max_id_bytes)) {
    return Refusal{ErrorCode::kTooLarge, "key", "INP-4"};
  }
  return std::nullopt;
}

std::optional<Refusal> JudgeRecord(const Json& record, const Capabilities& limits) {
  if (!StringsAreWellFormed(record)) {
    return Refusal{ErrorCode::kInvalidArgument, "record", "REC-3"};
  }
  if (limits.max_depth && Depth(record) > *limits.max_depth) {
    return Refusal{ErrorCode::kTooLarge, "record", "REC-4"};
  }
  if (limits.max_record_bytes &&
      CompactBytes(record) > static_cast<std::size_t>(*limits.max_record_bytes)) {
    return Refusal{ErrorCode::kTooLarge, "record", "REC-4"};
  }
  return std::nullopt;
}

std::optional<Refusal> JudgeTtl(std::int64_t ttl_ms, UnixMillis now, const Capabilities& limits) {
  if (ttl_ms == 0 && limits.ttl_zero == TtlZero::kRejected) {
    return Refusal{ErrorCode::kInvalidArgument, "ttl_ms", "TTL-4"};
  }
  // Compared as a difference: the sum of two safe integers may not be exact.
  if (ttl_ms < 0 ||
      static_cast<UnixMillis>(ttl_ms) > static_cast<UnixMillis>(kMaxSafeInteger) - now) {
    return Refusal{ErrorCode::kInvalidArgument, "ttl_ms", "TTL-3"};
  }
  return std::nullopt;
}

}  // namespace holdfast::model
