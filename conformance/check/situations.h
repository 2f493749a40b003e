// The situations in which a store can break a clause, counted while programs are judged.
//
// A clause is not shown by a program that never came near it. So each clause of a level names the
// situations that exercise it, with a floor: below it the clause is inconclusive, not passed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "holdfast/spec/capabilities.h"

namespace holdfast::conformance {

struct Situation {
  std::string_view name;                  ///< Unique, for instance "expiry-exact".
  std::vector<std::string_view> clauses;  ///< What a store that does this wrong breaks.
  std::string_view title;                 ///< What happens, for a person.
  std::uint64_t floor;                    ///< How often a level must meet it.
  bool (*claimed)(const Capabilities&);   ///< Whether the claims let it happen at all.
};

/// The situations of level `sequential`, in the order of their clauses.
[[nodiscard]] const std::vector<Situation>& SequentialSituations();

/// How often each situation was met.
class Coverage {
 public:
  void Hit(std::string_view situation) { ++hits_[std::string(situation)]; }
  void Add(const std::string& situation, std::uint64_t hits) { hits_[situation] += hits; }
  [[nodiscard]] std::uint64_t Hits(std::string_view situation) const;
  [[nodiscard]] const std::map<std::string, std::uint64_t>& hits() const { return hits_; }

 private:
  std::map<std::string, std::uint64_t> hits_;
};

/// Those of `situations` that the claims allow and that were met less often than their floor asks:
/// first the one that lacks the largest part of its floor. Lifetime: points into `situations`.
[[nodiscard]] std::vector<const Situation*> UnmetSituations(
    const std::vector<Situation>& situations, const Coverage& coverage, const Capabilities& claims);

}  // namespace holdfast::conformance
