#include "conformance/check/tests/tale.h"

namespace holdfast::conformance {
namespace {

std::vector<ClauseTale> TalesOfTime() {
  return {
      {"TTL-1", "an expired entry is visible",
       [](bool kept) {
         return Tale(1000, 50)
             .Do(Register("a", 1), Ok())
             .Pass(50)
             .Do(Lookup("a"), kept ? Absent() : Got(1));
       }},
      {"TTL-1", "an entry is gone before its time",
       [](bool kept) {
         return Tale(1000, 50)
             .Do(Register("a", 1), Ok())
             .Pass(49)
             .Do(Lookup("a"), kept ? Got(1) : Absent());
       }},
      {"TTL-1", "an entry without a ttl shows an expiry",
       [](bool kept) {
         const auto expires = kept ? std::nullopt : std::optional<UnixMillis>(1050);
         return Tale().Do(Register("a", 1), Ok()).Do(Entries(), Shown({{"a", 1, 1000, expires}}));
       }},
      {"TTL-2", "an expired entry is visible",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1, 5), Ok())
             .Pass(5)
             .Do(Lookup("a"), kept ? Absent() : Got(1));
       }},
      {"TTL-2", "an entry is gone before its time",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1, 5), Ok())
             .Pass(4)
             .Do(Lookup("a"), kept ? Got(1) : Absent());
       }},
      {"TTL-2", "expiresAt is not the register's time and its ttl",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1, 5), Ok())
             .Do(Entries(), Shown({{"a", 1, 1000, kept ? 1005 : 1006}}));
       }},
      {"TTL-3", "an illegal ttl_ms was accepted",
       [](bool kept) { return Tale().Do(Register("a", 1, -1), kept ? Illegal("ttl_ms") : Ok()); }},
      {"TTL-3", "an illegal ttl_ms was accepted",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Do(Claim("a", 2, kMaxSafeInteger), kept ? Illegal("ttl_ms") : Won(false));
       }},
      {"TTL-3", "a legal call was refused",
       [](bool kept) {
         return Tale().Do(Register("a", 1, kMaxSafeInteger - 1000),
                          kept ? Ok() : Illegal("ttl_ms"));
       }},
      {"TTL-4", "an entry registered with ttl 0 is there",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Do(Register("a", 2, 0), Ok())
             .Do(Lookup("a"), kept ? Absent() : Got(1));
       }},
      {"TTL-4", "an entry registered with a default ttl of 0 is there",
       [](bool kept) {
         return Tale(1000, 0).Do(Register("a", 1), Ok()).Do(Lookup("a"), kept ? Absent() : Got(1));
       }},
      {"OPS-2", "a lookup kept an entry alive",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1, 5), Ok())
             .Pass(3)
             .Do(Lookup("a"), Got(1))
             .Pass(3)
             .Do(Lookup("a"), kept ? Absent() : Got(1));
       }},
      {"TTL-2", "an expired entry is visible",  // a lookup at once renews nothing
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1, 5), Ok())
             .Do(Lookup("a"), Got(1))
             .Pass(5)
             .Do(Lookup("a"), kept ? Absent() : Got(1));
       }},
      {"TTL-4", "a legal call was refused",
       [](bool kept) { return Tale().Do(Register("a", 1, 0), kept ? Ok() : Illegal("ttl_ms")); }},
      {"TTL-4", "an illegal ttl_ms was accepted",
       [](bool kept) { return Tale().Do(Register("a", 1, 0), kept ? Illegal("ttl_ms") : Ok()); },
       [](Capabilities& claims) { claims.ttl_zero = TtlZero::kRejected; }},
      {"TTL-5", "a claim lost to an entry that has expired",
       [](bool kept) {
         return Tale().Do(Register("a", 1, 5), Ok()).Pass(5).Do(Claim("a", 2), Won(kept));
       }},
      {"CLK-2", "createdAt does not follow the newest",
       [](bool kept) {
         const Entry a{"a", 1, 1000, {}};
         const Entry b{"b", 2, kept ? 1000 : 990, {}};
         return Tale()
             .Do(Register("a", 1), Ok())
             .Pass(-10)
             .Do(Register("b", 2), Ok())
             .Do(Entries(), kept ? Shown({a, b}) : Shown({b, a}));
       }},
      {"CLK-2", "an entry registered after the clock stepped back is not visible",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Pass(-10)
             .Do(Register("b", 2), Ok())
             .Do(Lookup("b"), kept ? Got(2) : Absent());
       }},
  };
}

std::vector<ClauseTale> TalesOfBounds() {
  const auto rejects = [](Capabilities& claims) { claims.overflow = Overflow::kRejectNew; };
  // "a" and "b" of one age, and a third.
  const auto three = [](std::int64_t cap) {
    return Tale(cap)
        .Do(Register("b", 1), Ok())
        .Do(Register("a", 2), Ok())
        .Pass(1)
        .Do(Register("c", 3), Ok());
  };
  return {
      {"CAP-1", "an entry is there that should have been evicted",
       [=](bool kept) { return three(2).Do(Lookup("a"), kept ? Absent() : Got(2)); }},
      {"CAP-1", "the wrong entry was evicted",
       [=](bool kept) { return three(2).Do(Lookup("b"), kept ? Got(1) : Absent()); }},
      {"CAP-1", "refused as full, though there is room",
       [](bool kept) {
         return Tale(1).Do(Register("a", 1), kept ? Ok() : Error(ErrorCode::kFull));
       }},
      {"CAP-2", "an overwrite at the cap drove out another entry",
       [](bool kept) {
         return Tale(2)
             .Do(Register("a", 1), Ok())
             .Do(Register("b", 2), Ok())
             .Do(Register("b", 3), Ok())
             .Do(Lookup("a"), kept ? Got(1) : Absent());
       }},
      {"CAP-3", "an entry over the cap was accepted",
       [](bool kept) {
         return Tale(1)
             .Do(Register("a", 1), Ok())
             .Do(Register("b", 2), kept ? Error(ErrorCode::kFull) : Ok());
       },
       rejects},
      {"CAP-3", "refused as full, though there is room",
       [](bool kept) {
         return Tale(1)
             .Do(Register("a", 1, 5), Ok())
             .Pass(5)
             .Do(Register("b", 2), kept ? Ok() : Error(ErrorCode::kFull));
       },
       rejects},
      {"CAP-4", "a smaller cap took an entry away before anything was written",
       [=](bool kept) {
         return three(3).Respawn(false, 1).Do(Lookup("a"), kept ? Got(2) : Absent());
       }},
      {"CAP-4", "a smaller cap has not taken effect",
       [=](bool kept) {
         return three(3)
             .Respawn(true, 2)
             .Do(Register("d", 4), Ok())
             .Do(Lookup("b"), kept ? Absent() : Got(1));
       }},
  };
}

}  // namespace

std::vector<ClauseTale> TalesOfTimeAndBounds() {
  std::vector<ClauseTale> tales = TalesOfTime();
  for (ClauseTale& tale : TalesOfBounds()) tales.push_back(std::move(tale));
  return tales;
}

std::vector<ClauseTale> TalesOfProcesses() {
  return {
      {"DUR-1", "acknowledged, and lost over a restart",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Restart()
             .Do(Lookup("a"), kept ? Got(1) : Absent());
       }},
      {"DUR-1", "a consumed entry is back after a restart",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Do(Consume("a"), Got(1))
             .Respawn(false)
             .Do(Lookup("a"), kept ? Absent() : Got(1));
       }},
      {"DUR-1", "an overwritten record is back after a restart",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Do(Register("a", 2), Ok())
             .Restart()
             .Do(Lookup("a"), Got(kept ? 2 : 1));
       }},
      {"DUR-1", "createdAt changed over a restart",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Pass(5)
             .Restart()
             .Do(Entries(), Shown({{"a", 1, kept ? 1000 : 1005, {}}}));
       }},
      {"DUR-1", "a store that cannot be opened",
       [](bool kept) {
         Tale tale = Tale().Do(Register("a", 1), Ok()).Close();
         return kept ? tale.Open() : tale.OpenFails("demo", ErrorCode::kIo);
       }},
      {"DUR-1", "the store calls its own file unusable",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Restart()
             .Do(Lookup("a"), kept ? Got(1) : Error(ErrorCode::kCorrupt));
       }},
      {"DUR-2", "acknowledged, and lost by a kill between operations",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Respawn(true)
             .Do(Lookup("a"), kept ? Got(1) : Absent());
       }},
      {"DUR-3", "a store that cannot be opened",
       [](bool kept) {
         Tale tale = Tale().Do(Register("a", 1), Ok()).Respawn(true);
         return kept ? tale.Open() : tale.OpenFails("demo", ErrorCode::kBusy);
       }},
      {"DUR-3", "a store that does not open after a kill",
       [](bool kept) {
         Tale tale = Tale().Do(Register("a", 1), Ok());
         return kept ? tale.Respawn(true) : tale.RespawnUnanswered(true);
       }},
  };
}

}  // namespace holdfast::conformance
