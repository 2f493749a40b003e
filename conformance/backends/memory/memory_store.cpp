#include "conformance/backends/memory/memory_store.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "holdfast/spec/text.h"

namespace holdfast::conformance {
namespace {

constexpr std::size_t kMaxNamespaceBytes = 128;

auto Refuse(ErrorCode code, const char* field, const char* message) {
  return Unexpected(StoreError{code, Effect::kNone, field, message});
}

bool IsLive(const MemoryEntries::Held& held, std::int64_t now) {
  return !held.expires_at || now < *held.expires_at;
}

bool IsJson(const Json& value) {
  if (value.is_string()) return IsWellFormed(value.get_ref<const std::string&>());
  if (value.is_number_float()) return std::isfinite(value.get<double>());
  return !value.is_binary() && !value.is_discarded();
}

// Judges a value and what is in it; the depth is bounded, so recursion is too.
Expected<void, StoreError> JudgeValue(const Json& value, std::int64_t depth) {
  if (!IsJson(value))
    return Refuse(ErrorCode::kInvalidArgument, "record", "ill-formed text, or no JSON value");
  if (!value.is_structured()) return {};
  if (depth == kMaxMemoryDepth) return Refuse(ErrorCode::kTooLarge, "record", "nested too deep");
  for (const auto& [name, member] : value.items()) {
    if (value.is_object() && !IsWellFormed(name))
      return Refuse(ErrorCode::kInvalidArgument, "record", "an ill-formed member name");
    if (auto judged = JudgeValue(member, depth + 1); !judged) return judged;
  }
  return {};
}

Expected<std::optional<std::int64_t>, StoreError> ExpiryAfter(std::optional<std::int64_t> ttl_ms,
                                                              std::int64_t now) {
  if (!ttl_ms) return std::optional<std::int64_t>();
  if (*ttl_ms < 0 || *ttl_ms > kMaxSafeInteger || now > kMaxSafeInteger - *ttl_ms)
    return Refuse(ErrorCode::kInvalidArgument, "ttl_ms", "negative, or past the safe integers");
  return std::optional(now + *ttl_ms);
}

void Evict(MemoryEntries& entries, const std::string& kept, std::int64_t max_entries) {
  while (entries.by_id.size() > static_cast<std::size_t>(max_entries)) {
    auto oldest = entries.by_id.end();
    for (auto it = entries.by_id.begin(); it != entries.by_id.end(); ++it) {
      if (it->first == kept) continue;
      if (oldest == entries.by_id.end() || std::tie(it->second.created_at, it->first) <
                                               std::tie(oldest->second.created_at, oldest->first)) {
        oldest = it;
      }
    }
    entries.by_id.erase(oldest);
  }
}

}  // namespace

Expected<std::string, StoreError> JudgeId(std::string_view id) {
  if (!IsWellFormed(id)) return Refuse(ErrorCode::kInvalidArgument, "key", "ill-formed text");
  const std::string_view trimmed = TrimWhiteSpace(id);
  if (trimmed.empty()) return Refuse(ErrorCode::kInvalidArgument, "key", "empty");
  if (trimmed.size() > static_cast<std::size_t>(kMaxMemoryIdBytes))
    return Refuse(ErrorCode::kTooLarge, "key", "too long");
  return std::string(trimmed);
}

Expected<std::string, StoreError> JudgeNamespace(std::string_view name) {
  const std::string_view trimmed = TrimWhiteSpace(name);
  const auto is_alphanumeric = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  };
  const bool legal = !trimmed.empty() && trimmed.size() <= kMaxNamespaceBytes &&
                     is_alphanumeric(trimmed.front()) &&
                     std::all_of(trimmed.begin(), trimmed.end(), [&](char c) {
                       return is_alphanumeric(c) || c == '.' || c == '_' || c == '-';
                     });
  if (!legal) return Refuse(ErrorCode::kInvalidArgument, "namespace", "not a legal namespace");
  return std::string(trimmed);
}

Expected<void, StoreError> JudgeRecord(const Json& record) { return JudgeValue(record, 0); }

Expected<bool, StoreError> Put(MemoryEntries& entries, const MemoryPut& put, std::int64_t now) {
  const auto expires_at = ExpiryAfter(put.ttl_ms, now);
  if (!expires_at) return Unexpected(expires_at.error());
  if (put.only_if_absent && Peek(entries, put.id, now)) return false;
  std::int64_t created_at = now;
  for (const auto& [id, held] : entries.by_id) created_at = std::max(created_at, held.created_at);
  std::erase_if(entries.by_id, [&](const auto& item) { return !IsLive(item.second, now); });
  if (put.ttl_ms == 0) {
    entries.by_id.erase(put.id);
  } else {
    entries.by_id[put.id] = {put.record, created_at, *expires_at};
  }
  Evict(entries, put.id, put.max_entries);
  return true;
}

std::optional<Json> Peek(const MemoryEntries& entries, const std::string& id, std::int64_t now) {
  const auto found = entries.by_id.find(id);
  if (found == entries.by_id.end() || !IsLive(found->second, now)) return std::nullopt;
  return std::optional<Json>(std::in_place, found->second.record);
}

std::optional<Json> Take(MemoryEntries& entries, const std::string& id, std::int64_t now) {
  auto record = Peek(entries, id, now);
  if (record) entries.by_id.erase(id);
  return record;
}

std::vector<Entry> List(const MemoryEntries& entries, std::int64_t now) {
  std::vector<Entry> list;
  for (const auto& [id, held] : entries.by_id) {
    if (!IsLive(held, now)) continue;
    list.push_back({id, held.record, static_cast<UnixMillis>(held.created_at), std::nullopt});
    if (held.expires_at) list.back().expires_at = static_cast<UnixMillis>(*held.expires_at);
  }
  // The map gives them by id as bytes; entries of one age stay in that order.
  std::stable_sort(list.begin(), list.end(),
                   [](const Entry& a, const Entry& b) { return a.created_at < b.created_at; });
  return list;
}

}  // namespace holdfast::conformance
