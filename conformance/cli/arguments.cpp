#include "conformance/cli/arguments.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <numeric>

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

// Levenshtein's distance, letters of either case alike.
std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const bool same = std::toupper(static_cast<unsigned char>(a[i])) ==
                        std::toupper(static_cast<unsigned char>(b[j]));
      const std::size_t replaced = diagonal + (same ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row[b.size()];
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

CutArguments CutAtCommand(const std::vector<std::string>& arguments) {
  CutArguments cut;
  for (const std::string& argument : arguments) {
    if (!cut.has_command && argument == "--") {
      cut.has_command = true;
    } else {
      (cut.has_command ? cut.command : cut.own).push_back(argument);
    }
  }
  return cut;
}

std::vector<std::string> NearestTo(std::string_view word,
                                   const std::vector<std::string>& candidates, std::size_t count) {
  std::vector<std::string> nearest = candidates;
  std::stable_sort(nearest.begin(), nearest.end(), [&](const auto& a, const auto& b) {
    return Distance(word, a) < Distance(word, b);
  });
  if (nearest.size() > count) nearest.resize(count);
  return nearest;
}

}  // namespace holdfast::conformance
