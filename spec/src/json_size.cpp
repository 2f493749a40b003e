#include "holdfast/spec/json_size.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>

namespace holdfast {
namespace {

// By byte. Only quotes, backslashes and controls are escaped.
constexpr std::array<std::uint8_t, 256> BytesOfEach() {
  std::array<std::uint8_t, 256> bytes{};
  for (std::size_t at = 0; at < bytes.size(); ++at) bytes[at] = at < 0x20 ? 6 : 1;
  for (const unsigned char c : {'"', '\\', '\b', '\f', '\n', '\r', '\t'}) bytes[c] = 2;
  return bytes;
}

constexpr std::array<std::uint8_t, 256> kBytesOf = BytesOfEach();

}  // namespace

Json NumberByValue(double number) {
  const bool is_safe_integer =
      std::abs(number) <= static_cast<double>(kMaxSafeInteger) && std::trunc(number) == number;
  return is_safe_integer ? Json(static_cast<std::int64_t>(number)) : Json(number);
}

std::size_t CompactBytesOfText(std::string_view text) {
  return std::accumulate(text.begin(), text.end(), std::size_t{2}, [](std::size_t sum, char c) {
    return sum + kBytesOf[static_cast<unsigned char>(c)];
  });
}

std::size_t CompactBytes(const Json& value) {
  if (value.is_string()) return CompactBytesOfText(value.get_ref<const std::string&>());
  if (value.is_number()) {
    const Json number = NumberByValue(value.get<double>());
    return number.is_number_integer() ? std::to_string(number.get<std::int64_t>()).size()
                                      : number.dump().size();
  }
  if (!value.is_structured()) return value.dump().size();
  std::size_t bytes = 2 + (value.empty() ? 0 : value.size() - 1);  // the brackets, the commas
  for (auto member = value.begin(); member != value.end(); ++member) {
    if (value.is_object()) bytes += CompactBytesOfText(member.key()) + 1;
    bytes += CompactBytes(*member);
  }
  return bytes;
}

}  // namespace holdfast
