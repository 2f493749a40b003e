#include "conformance/program/whole_number.h"

#include <stdexcept>
#include <string>
#include <utility>

namespace holdfast::conformance {

std::int64_t WholeFromJson(const Json& json, const char* member, std::int64_t low,
                           std::int64_t high) {
  const Json& value = json.at(member);
  const bool is_within = value.is_number_unsigned()
                             ? std::cmp_greater_equal(value.get<std::uint64_t>(), low) &&
                                   std::cmp_less_equal(value.get<std::uint64_t>(), high)
                             : value.is_number_integer() && value.get<std::int64_t>() >= low &&
                                   value.get<std::int64_t>() <= high;
  if (!is_within) {
    throw std::invalid_argument(std::string(member) + " must be a whole number from " +
                                std::to_string(low) + " to " + std::to_string(high));
  }
  return value.get<std::int64_t>();
}

}  // namespace holdfast::conformance
