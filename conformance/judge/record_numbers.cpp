#include "conformance/judge/record_numbers.h"

#include <functional>

#include "holdfast/spec/text.h"

namespace holdfast::conformance {
namespace {

std::size_t Mix(std::size_t seed, std::size_t value) {
  return (seed ^ value) * 0x9E3779B97F4A7C15U + (seed >> 31U);
}

}  // namespace

std::size_t JsonValueHash::operator()(const Json& value) const {
  switch (value.type()) {
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
    case Json::value_t::number_float:
      return std::hash<double>{}(value.get<double>());
    case Json::value_t::string:
      return std::hash<std::string>{}(value.get_ref<const std::string&>());
    case Json::value_t::array: {
      std::size_t hash = 1;
      for (const Json& item : value) hash = Mix(hash, (*this)(item));
      return hash;
    }
    case Json::value_t::object: {
      std::size_t hash = 2;
      for (const auto& [name, member] : value.items()) {
        hash += Mix(std::hash<std::string>{}(name), (*this)(member));
      }
      return hash;
    }
    case Json::value_t::boolean:
      return value.get<bool>() ? 3 : 4;
    case Json::value_t::null:
    case Json::value_t::binary:
    case Json::value_t::discarded:
      return 5;
  }
  return 0;
}

Json RecordNumbers::Of(const Json& record) {
  if (model::JudgeRecord(record, limits_)) return record;
  return numbers_.emplace(record, static_cast<std::int64_t>(numbers_.size())).first->second;
}

Operation RecordNumbers::Of(const Operation& operation) {
  Operation numbered;
  numbered.kind = operation.kind;
  numbered.ttl_ms = operation.ttl_ms;
  if (TakesRecord(operation.kind)) numbered.record = Of(operation.record);
  if (!TakesId(operation.kind)) return numbered;
  const bool is_refused = model::JudgeId(operation.id, limits_).has_value();
  numbered.id = is_refused ? operation.id : std::string(TrimWhiteSpace(operation.id));
  return numbered;
}

Result RecordNumbers::Of(const Result& result) {
  if (!result) {
    StoreError error = result.error();
    error.message.clear();
    return Unexpected(std::move(error));
  }
  if (const auto* found = std::get_if<Found>(&*result)) {
    return Answer(found->record ? Found{Of(*found->record)} : Found{});
  }
  if (const auto* listed = std::get_if<Listed>(&*result)) {
    Listed numbered = *listed;
    for (Entry& entry : numbered.entries) entry.record = Of(entry.record);
    return Answer(std::move(numbered));
  }
  return result;
}

}  // namespace holdfast::conformance
