// Why an entry is there or not, or is not what it should be: the chronicle is asked how it came to
// that. The order of the questions matters: the most specific cause comes first.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conformance/check/diagnose.h"

namespace holdfast::conformance {

using Clauses = std::vector<std::string>;

/// What a failure is called.
struct Name {
  Clauses clauses;
  std::string title;
  std::string note = "";  ///< For the story, where an id or a record has to be told.
};

class Causes {
 public:
  /// Lifetime: `contradiction` outlives it.
  explicit Causes(const Contradiction& contradiction) : c_(contradiction) {}

  /// A live entry is missing. Nothing where nothing that happened explains it.
  [[nodiscard]] std::optional<Name> WhyMissing(const std::string& id) const;
  /// The same, with what remains laid to the register or the listing.
  [[nodiscard]] Name Missing(const std::string& id) const;
  /// An entry is there that should not be.
  [[nodiscard]] Name Unwanted(const std::string& id, const std::optional<Json>& record) const;
  /// The entry is there, with another record than it should have.
  [[nodiscard]] Name WrongRecord(const std::string& id, const Json& expected,
                                 const Json& got) const;
  /// A listing shows the entry with other times than it has; nothing where they are right.
  [[nodiscard]] std::optional<Name> WrongTimes(const model::HeldEntry& held, const Entry& shown,
                                               bool shows_created_at) const;

  /// Another id of this namespace, or any id of another one, was given this record.
  [[nodiscard]] bool IsAnothers(const std::string& id, const Json& record) const;
  /// There is a live entry of an id that only white space of others tells apart from this one.
  [[nodiscard]] std::optional<Name> TrimmedTooFar(const std::string& id) const;
  /// Another namespace has a live entry of this id.
  [[nodiscard]] bool ANeighbourHolds(const std::string& id) const;
  /// The clause of the last thing that happened to the process since that step, if anything did.
  [[nodiscard]] std::optional<std::string> AfterProcess(std::size_t since = 0) const;

 private:
  [[nodiscard]] std::optional<Name> WhyMissingByCap(const Biography& life) const;
  [[nodiscard]] std::optional<Name> WhyMissingByTime(const std::string& id,
                                                     const Biography& life) const;
  [[nodiscard]] Name Phantom(const std::string& id, const Json& record) const;
  [[nodiscard]] Name StillLive(const Biography& life) const;
  [[nodiscard]] double TimeOf(const std::string& id) const;

  const Contradiction& c_;
};

/// The clauses of an entry's expiry.
[[nodiscard]] Clauses ExpiryClauses(const Biography& life);
/// True for an id with something at its ends that others than ECMAScript trim.
[[nodiscard]] bool EndsInNearWhiteSpace(std::string_view id);

}  // namespace holdfast::conformance
