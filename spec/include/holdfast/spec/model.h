// The contract as an executable model: what one store may answer, and what it holds afterwards.
//
// The model is a handful of pure functions. Step() lists what an operation may do to a state: most
// of the time one thing. Follow() says whether an observed result is one of them, and the state it
// leads to.
//
// Three things make more than one outcome legal, and the model carries each as data:
//  - An entry that has expired may or may not have been dropped by the time the clock steps back
//  (CLK-3). Such an entry
//    is kept and marked `lapsed`: it may be gone.
//  - On a machine's clock the suite knows only an interval for the time of an operation. Times are
//  therefore intervals;
//    with a virtual clock both ends are the same, and nothing is left open.
//  - Where the contract leaves a choice (for instance a register with ttl 0 at a full store that
//  rejects), Step() lists
//    each choice.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "holdfast/spec/capabilities.h"
#include "holdfast/spec/envelope.h"
#include "holdfast/spec/operation.h"
#include "holdfast/spec/rules.h"

namespace holdfast::model {

/// A time known to lie in [earliest, latest].
struct Instant {
  UnixMillis earliest = 0;
  UnixMillis latest = 0;

  [[nodiscard]] static Instant Exactly(UnixMillis time) { return {time, time}; }
  [[nodiscard]] bool IsExact() const { return earliest == latest; }
  [[nodiscard]] bool Holds(UnixMillis time) const { return earliest <= time && time <= latest; }
  bool operator==(const Instant&) const = default;
};

/// What the store of one namespace was told and claims.
struct Policy {
  Capabilities capabilities;
  std::optional<std::int64_t> max_entries;  ///< Nothing where the backend claims no cap.
  std::optional<std::int64_t> default_ttl_ms;
};

/// An entry that the store holds, or may still hold.
struct HeldEntry {
  std::string id;
  std::shared_ptr<const Json> record;
  Instant created;
  std::optional<Instant> expires;
  bool lapsed = false;  ///< An operation has happened at or after `expires`: it may have been
                        ///< dropped (CLK-3).

  bool operator==(const HeldEntry& other) const;
};

/// What one store holds. Order: by registration, but for expired entries that were not counted for
/// a createdAt (CLK-2): they stand by theirs. Entries whose createdAt is exactly equal stand by id,
/// so that equal stores are equal values.
struct State {
  std::vector<HeldEntry> entries;

  bool operator==(const State&) const = default;
  [[nodiscard]] const HeldEntry* Find(std::string_view id) const;
};

/// The live entries an Entries() call must show (`must`), and those it may show.
struct ExpectedEntry {
  HeldEntry entry;
  bool must = true;
  bool dropped_unless_shown =
      false;  ///< Not expired: where it is not shown, the store no longer holds it.
};
struct ExpectedListing {
  std::vector<ExpectedEntry> entries;
  bool ordered = true;           ///< OPS-4 is claimed.
  bool shows_created_at = true;  ///< Each entry names its createdAt.
};

/// A result that is legal.
using Allowed = std::variant<Answer, ExpectedListing, Refusal>;

/// One thing that an operation may do.
struct Transition {
  Allowed allowed;
  State next;
};

/// What `operation` at `now` may do to `state`. Never empty.
/// Cost: one state copied per transition; the number of transitions doubles with each entry of
/// unknown fate where an eviction depends on it.
[[nodiscard]] std::vector<Transition> Step(const State& state, const Operation& operation,
                                           Instant now, const Policy& policy);

/// The state after `transition` was taken with the result `observed`; nothing where it does not
/// allow that result. What a listing showed settles what it left open.
[[nodiscard]] std::optional<State> Follow(const Transition& transition, const Result& observed);

/// Every state that `operation` with the result `observed` may lead to, without repetition. Empty:
/// the result is illegal.
[[nodiscard]] std::vector<State> Successors(const State& state, const Operation& operation,
                                            Instant now, const Policy& policy,
                                            const Result& observed);

/// The same state once the store may have noticed that it is `now`: whatever has expired by then
/// may be gone (CLK-3). An operation on any namespace tells a store the time, a refused one too.
[[nodiscard]] State Elapsed(State state, Instant now);

/// The state of a store that has just read this file (FILE-1, FILE-4).
[[nodiscard]] State StateOf(const Envelope& envelope);

}  // namespace holdfast::model
