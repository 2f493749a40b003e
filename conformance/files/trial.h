// A trial: what is done to the files of a store, and what the store is asked then, as plain data
// that can be saved, cut down and run again.
//
// Calls by one client fill the store. Then come rounds: in each, one harm is done to the files, one
// or several clients call at once, the first of them calls on, and the harm is lifted where it is
// one that stands in the way. Every part is total: any may be left out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "holdfast/spec/operation.h"

namespace holdfast::conformance {

/// The most clients that a round may have.
inline constexpr std::size_t kMostOpeners = 4;
/// The cap that every trial opens its store with.
inline constexpr std::int64_t kMaxEntriesOfTrial = 1000;
/// The client's number that stands for the second backend, where one is named.
inline constexpr std::size_t kPeerSeat = kMostOpeners;

struct Round {
  std::string harm = "nothing";   ///< The name of a Corruption or a Hindrance.
  std::uint64_t seed = 0;         ///< Where it strikes.
  std::int64_t advance_ms = 0;    ///< The clock moves on before the round.
  bool name_taken = false;        ///< The name that the quarantine would get first is taken.
  bool reopen = false;            ///< Every client opens the store anew after the harm.
  bool respawn = false;           ///< Every client is a new process.
  std::vector<Operation> first;   ///< One call of each client, all sent at once. At least one.
  std::vector<Operation> calls;   ///< By the first client, after that.
  std::vector<Operation> handed;  ///< By another store, where the harm is a hand-over.
  bool operator==(const Round&) const = default;
};

struct Trial {
  std::string namespace_name = "demo";
  std::int64_t start_ms = 1'700'000'000'000;
  bool open_umask = false;     ///< The first client's umask is 0; otherwise it is 077.
  bool folders_there = false;  ///< The folders are there before the store, with modes of their own.
  std::vector<std::string> strange;  ///< Namespaces that the first client tries out.
  std::vector<Operation> fill;       ///< By the first client, which then lists the entries.
  std::vector<Round> rounds;
  bool operator==(const Trial&) const = default;

  [[nodiscard]] std::size_t CountOperations() const;
};

/// True where a round hands over to a second backend.
[[nodiscard]] bool NeedsPeer(const Trial& trial);

[[nodiscard]] Json TrialToJson(const Trial& trial);
/// Errors: a sentence saying what is wrong and where.
[[nodiscard]] Expected<Trial, std::string> TrialFromJson(const Json& json);

}  // namespace holdfast::conformance
