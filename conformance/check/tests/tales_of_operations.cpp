#include "conformance/check/tests/tale.h"

namespace holdfast::conformance {

std::vector<ClauseTale> TalesOfOperations() {
  return {
      {"OPS-1", "a registered entry is missing",
       [](bool kept) {
         return Tale().Do(Register("a", 1), Ok()).Do(Lookup("a"), kept ? Got(1) : Absent());
       }},
      {"OPS-1", "an overwritten record is still there",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Do(Register("a", 2), Ok())
             .Do(Lookup("a"), Got(kept ? 2 : 1));
       }},
      {"OPS-1", "an overwrite kept the old createdAt",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Pass(7)
             .Do(Register("a", 2), Ok())
             .Do(Entries(), Shown({{"a", 2, kept ? 1007 : 1000, {}}}));
       }},
      {"OPS-1", "an answer of the wrong kind",
       [](bool kept) { return Tale().Do(Register("a", 1), kept ? Ok() : Absent()); }},
      {"OPS-1", "a record that nobody wrote",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Do(Consume("a"), Got(1))
             .Do(Lookup("a"), kept ? Absent() : Got("?"));
       }},
      {"OPS-2", "a lookup took the entry away",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Do(Lookup("a"), Got(1))
             .Do(Lookup("a"), kept ? Got(1) : Absent());
       }},
      {"OPS-2", "a lookup renewed the expiry",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1, 50), Ok())
             .Pass(7)
             .Do(Lookup("a"), Got(1))
             .Do(Entries(), Shown({{"a", 1, 1000, kept ? 1050 : 1057}}));
       }},
      {"OPS-2", "a lookup changed createdAt",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Pass(7)
             .Do(Lookup("a"), Got(1))
             .Do(Entries(), Shown({{"a", 1, kept ? 1000 : 1007, {}}}));
       }},
      {"OPS-3", "one entry was consumed twice",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Do(Consume("a"), Got(1))
             .Do(Consume("a"), kept ? Absent() : Got(1));
       }},
      {"OPS-3", "a consumed entry is still there",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Do(Consume("a"), Got(1))
             .Do(Entries(), kept ? Shown({}) : Shown({{"a", 1, 1000, {}}}));
       }},
      {"OPS-3", "a claim lost to an entry that was consumed",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Do(Consume("a"), Got(1))
             .Do(Claim("a", 2), Won(kept));
       }},
      {"OPS-4", "a listing in the wrong order",
       [](bool kept) {
         const Entry a{"a", 1, 1000, {}};
         const Entry b{"B", 2, 1000, {}};
         return Tale()
             .Do(Register("a", 1), Ok())
             .Do(Register("B", 2), Ok())
             .Do(Entries(), kept ? Shown({b, a}) : Shown({a, b}));
       }},
      {"OPS-4", "a listing shows an id twice",
       [](bool kept) {
         const Entry a{"a", 1, 1000, {}};
         return Tale().Do(Register("a", 1), Ok()).Do(Entries(), kept ? Shown({a}) : Shown({a, a}));
       }},
      {"OPS-4", "a listing leaves out a live entry",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Do(Entries(), kept ? Shown({{"a", 1, 1000, {}}}) : Shown({}));
       }},
      {"OPS-4", "a listing without the createdAt that is claimed",
       [](bool kept) {
         const auto created = kept ? std::optional<UnixMillis>(1000) : std::nullopt;
         return Tale().Do(Register("a", 1), Ok()).Do(Entries(), Shown({{"a", 1, created, {}}}));
       }},
      {"OPS-1", "a record that nobody wrote",
       [](bool kept) {
         return Tale().Do(Entries(), kept ? Shown({}) : Shown({{"a", 1, 1000, {}}}));
       }},
      {"OPS-5", "a cleared entry is still there",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Do(Clear(), Ok())
             .Do(Lookup("a"), kept ? Absent() : Got(1));
       }},
      {"OPS-6", "a claim won an id that is taken",
       [](bool kept) { return Tale().Do(Register("a", 1), Ok()).Do(Claim("a", 2), Won(!kept)); }},
      {"OPS-6", "a claim of a free id lost",
       [](bool kept) { return Tale().Do(Claim("a", 2), Won(kept)); }},
      {"OPS-7", "a delete of nothing says that it existed",
       [](bool kept) { return Tale().Do(Delete("a"), Was(!kept)); }},
      {"OPS-7", "a deleted entry is still there",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Do(Delete("a"), Was(true))
             .Do(Lookup("a"), kept ? Absent() : Got(1));
       }},
      {"OPS-8", "a record of another namespace",
       [](bool kept) {
         return Tale()
             .Open(1, "other")
             .Do(Register("a", 1), Ok())
             .Do(Register("a", 2), Ok(), 1)
             .Do(Lookup("a"), Got(kept ? 1 : 2));
       }},
      {"OPS-8", "a live entry is missing",
       [](bool kept) {
         return Tale()
             .Open(1, "other")
             .Do(Register("a", 1), Ok())
             .Do(Clear(), Ok(), 1)
             .Do(Lookup("a"), kept ? Got(1) : Absent());
       }},
      {"CON-2", "a lookup took the entry away",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Issue(Lookup("a"))
             .Issue(Lookup("a"))
             .Issue(Consume("a"))
             .Answered(2, kept ? Got(1) : Absent())  // in any order
             .Answered(1, Got(1))
             .Answered(3, Got(1));
       }},
      {"ERR-3", "an operation that is not claimed was answered",
       [](bool kept) {
         return Tale().Do(Claim("a", 1), kept ? Error(ErrorCode::kUnsupported) : Won());
       },
       [](Capabilities& claims) { claims.claim = false; }},
      {"ERR-3", "an open store refused what it claims",
       [](bool kept) {
         return Tale().Do(Lookup("a"), kept ? Absent() : Error(ErrorCode::kClosed));
       }},
      {"CON-3", "busy, though nobody else is there",
       [](bool kept) { return Tale().Do(Lookup("a"), kept ? Absent() : Error(ErrorCode::kBusy)); }},
      {"OPS-2", "an operation failed for no cause that the suite gave",
       [](bool kept) { return Tale().Do(Lookup("a"), kept ? Absent() : Error(ErrorCode::kIo)); }},
  };
}

}  // namespace holdfast::conformance
