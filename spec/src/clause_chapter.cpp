#include "spec/src/clause_chapter.h"

#include <algorithm>
#include <optional>

namespace holdfast {
namespace {

constexpr std::string_view kHeading = "### ";
constexpr std::string_view kSeparator = " · ";
constexpr std::string_view kWhy = "*Why:* ";
constexpr std::string_view kUntested = "*Untested:* ";

std::optional<Strength> StrengthNamed(std::string_view name) {
  for (const Strength strength : {Strength::kMust, Strength::kShould, Strength::kMay}) {
    if (StrengthName(strength) == name) return strength;
  }
  return std::nullopt;
}

// Three or four capital letters, a hyphen and a number without a leading zero.
bool IsClauseId(std::string_view id) {
  const auto is_letter = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const std::size_t hyphen = id.find('-');
  if (hyphen != 3 && hyphen != 4) return false;
  const std::string_view number = id.substr(hyphen + 1);
  return std::all_of(id.begin(), id.begin() + static_cast<std::ptrdiff_t>(hyphen), is_letter) &&
         !number.empty() && number[0] != '0' && std::all_of(number.begin(), number.end(), is_digit);
}

Expected<Clause, std::string> ParseHeading(std::string_view area, std::string_view line) {
  const std::string_view rest = line.substr(kHeading.size());
  const std::size_t first = rest.find(kSeparator);
  const std::size_t second =
      first == rest.npos ? rest.npos : rest.find(kSeparator, first + kSeparator.size());
  if (second == rest.npos) {
    return Unexpected("\"" + std::string(line) + "\" is not \"### ID · STRENGTH · Title\"");
  }
  const std::string_view id = rest.substr(0, first);
  const auto strength =
      StrengthNamed(rest.substr(first + kSeparator.size(), second - first - kSeparator.size()));
  const std::string_view title = rest.substr(second + kSeparator.size());
  if (!IsClauseId(id) || !strength || title.empty()) {
    return Unexpected("\"" + std::string(line) + "\" has a bad id, strength or title");
  }
  Clause clause;
  clause.id = id;
  clause.area = area;
  clause.strength = *strength;
  clause.title = title;
  return clause;
}

void TrimLineEnds(std::string& text) {
  text.erase(0, text.find_first_not_of('\n'));
  text.erase(text.find_last_not_of('\n') + 1);
}

}  // namespace

Expected<std::vector<Clause>, std::string> ParseChapter(std::string_view area,
                                                        std::string_view markdown) {
  std::vector<Clause> clauses;
  std::string introduction;
  std::string* part = &introduction;
  while (!markdown.empty()) {
    const std::size_t end = std::min(markdown.find('\n'), markdown.size());
    std::string_view line = markdown.substr(0, end);
    markdown.remove_prefix(std::min(end + 1, markdown.size()));
    if (line.starts_with(kHeading)) {
      auto clause = ParseHeading(area, line);
      if (!clause) return Unexpected(clause.error());
      clauses.push_back(std::move(*clause));
      part = &clauses.back().text;
      continue;
    }
    if (!clauses.empty() && line.starts_with(kWhy)) {
      line.remove_prefix(kWhy.size());
      part = &clauses.back().why;
    } else if (!clauses.empty() && line.starts_with(kUntested)) {
      line.remove_prefix(kUntested.size());
      part = &clauses.back().untested;
    }
    *part += std::string(line) + "\n";
  }
  for (Clause& clause : clauses) {
    for (std::string* text : {&clause.text, &clause.why, &clause.untested}) TrimLineEnds(*text);
    if (clause.text.empty() || clause.why.empty()) {
      return Unexpected(clause.id + " has no rule or no reason");
    }
  }
  return clauses;
}

}  // namespace holdfast
