// The contract's clauses, as spec/clauses/*.md tells them. The text is compiled in, so a program
// explains itself without the source tree.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

enum class Strength { kMust, kShould, kMay };

/// "MUST", "SHOULD" or "MAY".
[[nodiscard]] std::string_view StrengthName(Strength strength);

/// One numbered promise. Ids are never reused.
struct Clause {
  std::string id;    ///< For instance "TTL-2".
  std::string area;  ///< The chapter's name, for instance "time".
  Strength strength = Strength::kMust;
  std::string title;  ///< One line.
  std::string text;   ///< The rule, as Markdown.
  std::string why;    ///< The reason, as Markdown.
  std::string
      untested;  ///< Why no check covers it, or covers it in part only; empty where one does.

  bool operator==(const Clause&) const = default;
};

/// Every clause, chapter by chapter and in the order of the text.
/// Lifetime: the program's. Threads: any.
[[nodiscard]] const std::vector<Clause>& AllClauses();

/// The clause of that id, or null. Ids are compared exactly.
[[nodiscard]] const Clause* FindClause(std::string_view id);

/// 16 hexadecimal digits that stand for the text of all chapters (FNV-1a, 64 bits). It goes into
/// certificates: two certificates with the same hash mean the same words.
/// Not promised: safety against somebody who wants a collision.
[[nodiscard]] std::string ClauseSetHash();

}  // namespace holdfast
