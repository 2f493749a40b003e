#include "conformance/check/situations.h"

#include <algorithm>

#include "conformance/program/values.h"

namespace holdfast::conformance {
namespace {

bool Always(const Capabilities&) { return true; }
bool Ttl(const Capabilities& c) { return c.ttl; }
bool TtlOnVirtualClock(const Capabilities& c) { return c.ttl && c.HasVirtualClock(); }
bool VirtualClock(const Capabilities& c) { return c.HasVirtualClock(); }
bool Evicts(const Capabilities& c) { return c.max_entries && c.overflow == Overflow::kEvictOldest; }
bool EvictsByTie(const Capabilities& c) { return Evicts(c) && c.HasVirtualClock(); }
bool EvictsAndPersists(const Capabilities& c) {
  return Evicts(c) && c.persistence != Persistence::kNone;
}
bool EvictsWithTtl(const Capabilities& c) { return Evicts(c) && TtlOnVirtualClock(c); }
bool Rejects(const Capabilities& c) { return c.max_entries && c.overflow == Overflow::kRejectNew; }
bool Ordered(const Capabilities& c) { return c.order == EntryOrder::kCreatedThenId; }
bool OrderedByTie(const Capabilities& c) { return Ordered(c) && c.HasVirtualClock(); }
bool Claims(const Capabilities& c) { return c.claim; }
bool Deletes(const Capabilities& c) { return c.delete_op; }
bool LacksAnOptional(const Capabilities& c) { return !c.claim || !c.delete_op; }
bool IllFormed(const Capabilities& c) { return c.ill_formed_strings; }
bool LimitsIds(const Capabilities& c) {
  return c.max_id_bytes && *c.max_id_bytes <= kLongestSentId;
}
bool LimitsRecords(const Capabilities& c) {
  return (c.max_record_bytes && *c.max_record_bytes <= kLargestSentRecord) ||
         (c.max_depth && *c.max_depth <= kDeepestSentRecord);
}
bool Persists(const Capabilities& c) { return c.persistence != Persistence::kNone; }
bool TtlAndPersists(const Capabilities& c) { return c.ttl && Persists(c); }
bool ExpiresAtRest(const Capabilities& c) { return TtlOnVirtualClock(c) && Persists(c); }
bool ClaimsWhatExpiredAtRest(const Capabilities& c) { return ExpiresAtRest(c) && c.claim; }
bool Instances(const Capabilities& c) { return c.instances > 1; }
bool Pipelines(const Capabilities& c) { return c.pipelining > 1; }
bool Envelope(const Capabilities& c) { return c.format.has_value(); }
bool Quarantines(const Capabilities& c) { return c.format.has_value() && c.quarantine; }

}  // namespace

const std::vector<Situation>& SequentialSituations() {
  static const std::vector<Situation> kSituations = {
      {"overwrite", {"OPS-1"}, "a register replaces a live entry", 20, Always},
      {"overwrite-listed", {"OPS-1"}, "a listing shows an entry that was overwritten", 5, Always},
      {"lookup-found", {"OPS-2"}, "a lookup finds an entry", 20, Always},
      {"lookup-absent", {"OPS-2"}, "a lookup of an id that is not there", 20, Always},
      {"lookup-twice", {"OPS-2"}, "a lookup after a lookup of the same entry", 10, Always},
      {"after-churn",
       {"OPS-2", "OPS-4"},
       "an entry is asked for a hundred writes after its own",
       2,
       Always},
      {"consume-found", {"OPS-3"}, "a consume takes an entry", 20, Always},
      {"after-consume", {"OPS-3"}, "an id is asked for after it was consumed", 10, Always},
      {"entries-many", {"OPS-4"}, "a listing of two entries or more", 20, Ordered},
      {"entries-tie",
       {"OPS-4"},
       "a listing with equal createdAt, told apart by id",
       10,
       OrderedByTie},
      {"entries-tie-cased",
       {"OPS-4"},
       "a listing with equal createdAt, of ids that small letters would put the other way round",
       5,
       OrderedByTie},
      {"entries-tie-wide",
       {"OPS-4"},
       "a listing with equal createdAt, of ids that UTF-16 would put the other way round",
       5,
       OrderedByTie},
      {"entries-shown", {"OPS-4"}, "a listing that is not empty", 20, Always},
      {"entries-crowd", {"OPS-4"}, "a listing of more than a hundred entries", 1, Always},
      {"clear-full", {"OPS-5"}, "a clear of a store that holds entries", 10, Always},
      {"after-clear", {"OPS-5"}, "an id is asked for after a clear", 5, Always},
      {"claim-won", {"OPS-6"}, "a claim of an id that is free", 10, Claims},
      {"claim-lost", {"OPS-6"}, "a claim of an id that is taken", 10, Claims},
      {"delete-there", {"OPS-7"}, "a delete of an entry", 10, Deletes},
      {"delete-absent", {"OPS-7"}, "a delete of nothing", 10, Deletes},
      {"two-namespaces",
       {"OPS-8"},
       "an operation while another namespace holds entries",
       10,
       Instances},
      {"two-instances", {"OPS-8"}, "two handles of one store take turns", 10, Instances},
      {"namespace-left",
       {"OPS-8"},
       "an operation after another namespace was open in the place of this one",
       10,
       Persists},
      {"namespace-refused", {"INP-1"}, "a namespace that is refused", 10, Always},
      {"namespace-accepted", {"INP-1"}, "an unusual namespace that is legal", 5, Always},
      {"id-trimmed", {"INP-2"}, "an id with white space around it", 10, Always},
      {"id-trimmed-of-all",
       {"INP-2"},
       "an id with every white space of ECMAScript at its ends",
       10,
       Always},
      {"id-near-space",
       {"INP-2"},
       "an id that ends in what only others take for white space",
       20,
       Always},
      {"id-empty", {"INP-2"}, "an id that is empty once trimmed", 5, Always},
      {"id-ill-formed", {"INP-3"}, "an id with a lone surrogate", 5, IllFormed},
      {"id-at-limit", {"INP-4"}, "an id of 512 bytes or exactly the declared limit", 5, Always},
      {"id-over-limit", {"INP-4"}, "an id one byte over the declared limit", 5, LimitsIds},
      {"id-twins", {"INP-5"}, "an operation while an id that looks the same is live", 10, Always},
      {"id-same-start",
       {"INP-5"},
       "an operation while an id of 512 bytes is live that differs in its last byte alone",
       3,
       Always},
      {"refused-unchanged", {"INP-6"}, "a refusal while entries are live", 10, Always},
      {"two-faults", {"INP-6"}, "a call with two arguments to refuse", 5, IllFormed},
      {"null-record", {"REC-1"}, "a null record comes back", 5, Always},
      {"falsy-reopened",
       {"REC-1", "DUR-1"},
       "a record that is falsy comes back after close and open",
       10,
       Persists},
      {"nested-record", {"REC-1"}, "a record with objects and arrays comes back", 10, Always},
      {"number-record", {"REC-2"}, "a record at the edge of the numbers comes back", 10, Always},
      {"record-ill-formed", {"REC-3"}, "a record with a lone surrogate", 5, IllFormed},
      {"record-deep", {"REC-4"}, "a record nested 64 levels", 2, Always},
      {"record-big", {"REC-4"}, "a record of 64 KiB", 2, Always},
      {"record-over-limit", {"REC-4"}, "a record over a declared limit", 2, LimitsRecords},
      {"default-ttl", {"TTL-1"}, "an entry that has the store's default ttl", 10, Ttl},
      {"default-ttl-changed",
       {"TTL-1"},
       "an entry is written after the store was opened with another default ttl",
       5,
       TtlAndPersists},
      {"ttl-long", {"TTL-3"}, "a listing shows an entry whose ttl needs more than 32 bits", 5, Ttl},
      {"expiry-exact", {"TTL-2"}, "an entry is asked for at its expiry", 10, TtlOnVirtualClock},
      {"expiry-before",
       {"TTL-2"},
       "an entry is asked for 1 ms before its expiry",
       10,
       TtlOnVirtualClock},
      {"after-expiry", {"TTL-2"}, "an entry is asked for after its expiry", 10, Ttl},
      {"expired-after-churn",
       {"TTL-2"},
       "an entry is asked for after its expiry, a hundred writes after its own",
       2,
       TtlOnVirtualClock},
      {"ttl-refused", {"TTL-3"}, "a ttl that is negative or reaches too far", 5, Ttl},
      {"ttl-zero", {"TTL-4"}, "a ttl of 0", 5, Ttl},
      {"expired-at-cap",
       {"TTL-5"},
       "a register where the cap is reached by expired entries only",
       2,
       EvictsWithTtl},
      {"expired-beside-live",
       {"TTL-5", "CAP-1"},
       "a register where the cap is reached by expired entries beside a live one",
       3,
       EvictsWithTtl},
      {"expired-reopened",
       {"TTL-5", "TTL-2"},
       "an id is written again after its entry expired, in a store that was opened anew since",
       3,
       ExpiresAtRest},
      {"expired-claimed-reopened",
       {"TTL-5"},
       "an id is claimed after its entry expired, in a store that was opened anew since",
       3,
       ClaimsWhatExpiredAtRest},
      {"expired-reclaimed",
       {"TTL-5"},
       "an id is written again after its entry expired",
       5,
       TtlOnVirtualClock},
      {"clock-back", {"CLK-2"}, "a register after the clock stepped back", 10, VirtualClock},
      {"eviction", {"CAP-1"}, "a register drives out the oldest entry", 10, Evicts},
      {"eviction-tie", {"CAP-1"}, "an eviction decided by id", 5, EvictsByTie},
      {"overwrite-at-cap", {"CAP-2"}, "an overwrite while the cap is reached", 5, Evicts},
      {"rejected-at-cap", {"CAP-3"}, "a register refused because the cap is reached", 10, Rejects},
      {"below-cap", {"CAP-1"}, "a register while the cap is not reached", 10, Evicts},
      {"room-left", {"CAP-3"}, "a register while there is room", 10, Rejects},
      {"smaller-cap", {"CAP-4"}, "a register after the cap was made smaller", 3, EvictsAndPersists},
      {"file-read", {"FILE-1"}, "the store's file, read by the spec's parser", 20, Envelope},
      {"file-legal-damage",
       {"FILE-2", "FILE-4"},
       "a changed file that is still a store",
       5,
       Quarantines},
      {"file-never-made", {"FILE-3"}, "reads where nothing was ever written", 3, Envelope},
      {"quarantine", {"QUA-1", "QUA-2", "QUA-3"}, "a bad file is moved away", 10, Quarantines},
      {"quarantine-newer", {"QUA-2"}, "a file of a newer version is moved away", 3, Quarantines},
      {"quarantine-again", {"QUA-1"}, "a second bad file in one program", 3, Quarantines},
      {"quarantine-by-clear", {"QUA-5"}, "a clear that finds a bad file", 3, Quarantines},
      {"pipelined", {"CON-2"}, "calls issued without waiting", 20, Pipelines},
      {"after-restart", {"DUR-1"}, "an entry is asked for after close and open", 10, Persists},
      {"after-respawn", {"DUR-1"}, "an entry is asked for in a new process", 10, Persists},
      {"after-kill",
       {"DUR-2", "DUR-3"},
       "an entry is asked for after a kill between operations",
       10,
       Persists},
      {"errors", {"ERR-1", "ERR-2"}, "an operation is refused", 20, Always},
      {"after-close", {"ERR-3"}, "an operation after close is refused", 5, Always},
      {"unsupported",
       {"ERR-3"},
       "an optional operation that the store does not have",
       3,
       LacksAnOptional},
  };
  return kSituations;
}

std::uint64_t Coverage::Hits(std::string_view situation) const {
  const auto found = hits_.find(std::string(situation));
  return found == hits_.end() ? 0 : found->second;
}

std::vector<const Situation*> UnmetSituations(const std::vector<Situation>& situations,
                                              const Coverage& coverage,
                                              const Capabilities& claims) {
  std::vector<const Situation*> unmet;
  for (const Situation& situation : situations) {
    const bool is_met = coverage.Hits(situation.name) >= situation.floor;
    if (!is_met && situation.claimed(claims)) unmet.push_back(&situation);
  }
  std::stable_sort(unmet.begin(), unmet.end(), [&](const Situation* a, const Situation* b) {
    return coverage.Hits(a->name) * b->floor < coverage.Hits(b->name) * a->floor;
  });
  return unmet;
}

}  // namespace holdfast::conformance
