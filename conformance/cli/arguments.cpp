#include "conformance/cli/arguments.h"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace holdfast::conformance {
namespace {

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
