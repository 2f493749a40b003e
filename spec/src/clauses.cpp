#include "holdfast/spec/clauses.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "spec/src/clause_chapter.h"
#include "spec/src/embedded_text.h"

namespace holdfast {
namespace {

std::vector<Clause> ReadAllChapters() {
  std::vector<Clause> all;
  for (const EmbeddedText& chapter : ClauseTexts()) {
    auto clauses = ParseChapter(chapter.name, chapter.text);
    if (!clauses) {
      std::fprintf(stderr, "holdfast: the embedded spec is damaged: %s\n", clauses.error().c_str());
      std::abort();
    }
    all.insert(all.end(), std::make_move_iterator(clauses->begin()),
               std::make_move_iterator(clauses->end()));
  }
  return all;
}

class Fnv1a {
 public:
  void Add(std::string_view bytes) {
    for (const char byte : bytes) {
      hash_ ^= static_cast<unsigned char>(byte);
      hash_ *= 0x100000001b3U;
    }
  }
  [[nodiscard]] std::uint64_t hash() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325U;
};

}  // namespace

std::string_view StrengthName(Strength strength) {
  switch (strength) {
    case Strength::kMust:
      return "MUST";
    case Strength::kShould:
      return "SHOULD";
    case Strength::kMay:
      return "MAY";
  }
  return "";
}

const std::vector<Clause>& AllClauses() {
  static const std::vector<Clause> clauses = ReadAllChapters();
  return clauses;
}

const Clause* FindClause(std::string_view id) {
  const auto& clauses = AllClauses();
  const auto found = std::find_if(clauses.begin(), clauses.end(),
                                  [&](const Clause& clause) { return clause.id == id; });
  return found == clauses.end() ? nullptr : &*found;
}

std::string ClauseSetHash() {
  Fnv1a fnv;
  for (const EmbeddedText& chapter : ClauseTexts()) {
    fnv.Add(chapter.name);
    fnv.Add("\n");
    fnv.Add(chapter.text);
  }
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx",
                static_cast<unsigned long long>(fnv.hash()));
  return digits.data();
}

}  // namespace holdfast
