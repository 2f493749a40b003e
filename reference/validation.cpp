#include "reference/validation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "holdfast/spec/json_size.h"

namespace holdfast::reference {
namespace {

constexpr std::size_t kMaxNamespaceBytes = 128;

auto Refuse(ErrorCode code, const char* field, std::string message) {
  return Unexpected(StoreError{code, Effect::kNone, field, std::move(message)});
}
auto Invalid(const char* field, std::string message) {
  return Refuse(ErrorCode::kInvalidArgument, field, std::move(message));
}

constexpr std::array<std::string_view, 25> kWhiteSpace = {
    "\t",           "\n",           "\v",           "\f",           "\r",           " ",
    "\xC2\xA0",      // U+00A0
    "\xE1\x9A\x80",  // U+1680
    "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85",
    "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89",
    "\xE2\x80\x8A",  // U+2000 to U+200A
    "\xE2\x80\xA8", "\xE2\x80\xA9",
    "\xE2\x80\xAF",  // U+2028, U+2029, U+202F
    "\xE2\x81\x9F",  // U+205F
    "\xE3\x80\x80",  // U+3000
    "\xEF\xBB\xBF",  // U+FEFF
};

bool IsAsciiAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// The bytes of the well-formed sequence at the start of the text, or 0.
std::size_t SequenceBytes(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const std::size_t bytes = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() < bytes) return 0;
  // The first byte after the lead is where overlong forms, surrogates and too large values show.
  const unsigned least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < least || byte(1) > most) return 0;
  for (std::size_t at = 2; at < bytes; ++at) {
    if (byte(at) < 0x80 || byte(at) > 0xBF) return 0;
  }
  return bytes;
}

// What is wrong with one value, its members and items apart.
const char* Fault(const Json& value) {
  switch (value.type()) {
    case Json::value_t::number_float:
      return std::isfinite(value.get<double>()) ? nullptr : "holds a number that is not finite";
    case Json::value_t::string:
      return IsWellFormed(value.get_ref<const std::string&>())
                 ? nullptr
                 : "holds a string that is not well-formed Unicode";
    case Json::value_t::object:
      for (const auto& member : value.items()) {
        if (!IsWellFormed(member.key()))
          return "holds a member name that is not well-formed Unicode";
      }
      return nullptr;
    case Json::value_t::binary:
    case Json::value_t::discarded:
      return "is not a JSON value";
    case Json::value_t::null:
    case Json::value_t::array:
    case Json::value_t::boolean:
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      return nullptr;
  }
  return "is not a JSON value";
}

}  // namespace

std::string_view Trim(std::string_view text) {
  // All white space begins and ends with a byte outside of these.
  const auto is_plain = [](char c) { return c > ' ' && c <= '~'; };
  if (!text.empty() && is_plain(text.front()) && is_plain(text.back())) return text;
  for (bool trimmed = true; trimmed;) {
    trimmed = false;
    for (const std::string_view space : kWhiteSpace) {
      if (text.substr(0, space.size()) == space) {
        text.remove_prefix(space.size());
        trimmed = true;
      }
      if (text.size() >= space.size() && text.substr(text.size() - space.size()) == space) {
        text.remove_suffix(space.size());
        trimmed = true;
      }
    }
  }
  return text;
}

bool IsWellFormed(std::string_view text) {
  while (!text.empty()) {
    const std::size_t bytes = SequenceBytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

Expected<std::string, StoreError> CheckNamespace(std::string_view text) {
  const std::string_view name = Trim(text);
  if (name.empty()) return Invalid("namespace", "the namespace is empty");
  if (name.size() > kMaxNamespaceBytes)
    return Invalid("namespace", "the namespace is longer than 128 bytes");
  const bool legal =
      IsAsciiAlphanumeric(name.front()) && std::all_of(name.begin(), name.end(), [](char c) {
        return IsAsciiAlphanumeric(c) || c == '.' || c == '_' || c == '-';
      });
  if (!legal)
    return Invalid("namespace",
                   "the namespace must be letters, digits, '.', '_' and '-', "
                   "beginning with a letter or digit");
  return std::string(name);
}

Expected<std::string_view, StoreError> CheckId(std::string_view id, const Limits& limits) {
  if (!IsWellFormed(id)) return Invalid("key", "the id is not well-formed Unicode");
  const std::string_view trimmed = Trim(id);
  if (trimmed.empty()) return Invalid("key", "the id is empty");
  if (trimmed.size() > limits.max_id_bytes) {
    return Refuse(ErrorCode::kTooLarge, "key",
                  "the id has " + std::to_string(trimmed.size()) + " bytes; the limit is " +
                      std::to_string(limits.max_id_bytes));
  }
  return trimmed;
}

Expected<std::string, StoreError> CheckRecord(const Json& record, const Limits& limits) {
  // Walked without recursion: a hostile record may be deeper than the stack.
  std::vector<std::pair<const Json*, std::size_t>> to_do = {{&record, 0}};
  while (!to_do.empty()) {
    const auto [value, depth] = to_do.back();
    to_do.pop_back();
    if (const char* fault = Fault(*value))
      return Invalid("record", std::string("the record ") + fault);
    if (!value->is_structured()) continue;
    if (depth >= limits.max_depth) {
      return Refuse(ErrorCode::kTooLarge, "record",
                    "the record is nested deeper than " + std::to_string(limits.max_depth));
    }
    for (const Json& item : *value) to_do.emplace_back(&item, depth + 1);
  }
  const std::size_t bytes = CompactBytes(record);
  if (bytes > limits.max_record_bytes) {
    return Refuse(ErrorCode::kTooLarge, "record",
                  "the record has " + std::to_string(bytes) + " bytes; the limit is " +
                      std::to_string(limits.max_record_bytes));
  }
  return record.dump();
}

Expected<void, StoreError> CheckTtl(std::optional<std::int64_t> ttl_ms, const char* field) {
  if (ttl_ms && (*ttl_ms < 0 || *ttl_ms > kMaxSafeInteger))
    return Invalid(field, "a ttl must be a safe integer of at least 0");
  return {};
}

Expected<std::optional<std::int64_t>, StoreError> ExpiryOf(std::int64_t now,
                                                           std::optional<std::int64_t> ttl_ms) {
  if (!ttl_ms) return std::optional<std::int64_t>();
  if (now > kMaxSafeInteger - *ttl_ms || now + *ttl_ms < -kMaxSafeInteger)
    return Invalid("ttl_ms", "the ttl ends beyond the largest safe integer");
  return std::optional(now + *ttl_ms);
}

}  // namespace holdfast::reference
