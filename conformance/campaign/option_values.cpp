#include "conformance/campaign/option_values.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace holdfast::conformance {
namespace {

std::string Quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

// The number that the text begins with, and where it ends; npos where there is none.
std::size_t ReadDigits(std::string_view text, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? static_cast<std::size_t>(end - text.data())
                              : std::string_view::npos;
}

std::string LevelNames() {
  std::string names;
  for (const Level level : kAllLevels) {
    names += (names.empty() ? "" : ", ") + std::string(LevelName(level));
  }
  return names;
}

}  // namespace

Expected<std::chrono::milliseconds, std::string> ParseDuration(std::string_view text) {
  static const std::map<std::string_view, std::uint64_t> kUnits = {
      {"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}};
  constexpr std::uint64_t kLongest = std::uint64_t{365} * 24 * 3'600'000;
  std::uint64_t number = 0;
  const std::size_t digits = ReadDigits(text, number);
  const auto unit =
      digits == std::string_view::npos ? kUnits.end() : kUnits.find(text.substr(digits));
  if (unit == kUnits.end()) {
    return Unexpected(Quoted(text) + " is no length of time; write 500ms, 60s, 2m or 1h");
  }
  if (number == 0) return Unexpected(Quoted(text) + " is no time at all; write for instance 60s");
  if (number > kLongest / unit->second) {
    return Unexpected(Quoted(text) + " is longer than a year");
  }
  return std::chrono::milliseconds(number * unit->second);
}

Expected<std::vector<Level>, std::string> ParseLevels(std::string_view text) {
  std::vector<Level> levels;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string_view name = text.substr(at, comma - at);
    at = comma + 1;
    const auto level = LevelNamed(name);
    if (!level) {
      return Unexpected(
          (name.empty() ? "an empty name is no level" : Quoted(name) + " is no level") +
          std::string("; there are ") + LevelNames());
    }
    levels.push_back(*level);
  }
  std::sort(levels.begin(), levels.end());
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  return levels;
}

Expected<std::uint64_t, std::string> ParseWhole(std::string_view text, std::uint64_t low,
                                                std::uint64_t high) {
  std::uint64_t number = 0;
  if (ReadDigits(text, number) != text.size() || number < low || number > high) {
    return Unexpected(Quoted(text) + " is not a whole number from " + std::to_string(low) + " to " +
                      std::to_string(high));
  }
  return number;
}

}  // namespace holdfast::conformance
