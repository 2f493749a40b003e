#include "conformance/check/tests/tale.h"

namespace holdfast::conformance {
namespace {

using Reason = QuarantineEvent::Reason;

const std::string kStore = "store.json";
const std::string kBad = "[]";
const std::string kNewer = R"({"version":2})";
const std::string kZeroth = R"({"version":0})";
const std::string kMoved = "store.vunknown.corrupt-1000.json";
const std::string kMovedNewer = "store.v2.corrupt-1000.json";
const std::string kMovedZeroth = "store.v0.corrupt-1000.json";

std::string FileOf(const std::vector<EnvelopeEntry>& entries) {
  return SerializeEnvelope({entries});
}

std::vector<ClauseTale> TalesOfGoodFiles() {
  return {
      {"FILE-1", "the store wrote a file that is no store",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Folder({{kStore, kept ? FileOf({{"a", 1, 1000, {}}}) : "{}"}}, true);
       }},
      {"FILE-1", "the file is not what the store answers",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Folder({{kStore, FileOf({{"a", kept ? 1 : 2, 1000, {}}})}}, true);
       }},
      {"FILE-1", "the file is not what the store answers",
       [](bool kept) {
         const EnvelopeEntry a{"a", 1, 1000, {}};
         const EnvelopeEntry b{"b", 2, 1000, {}};
         return Tale()
             .Do(Register("a", 1), Ok())
             .Do(Register("b", 2), Ok())
             .Folder({{kStore, kept ? FileOf({b, a}) : FileOf({a})}}, true);
       }},
      {"FILE-1", "the file is not what the store answers",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Folder(kept ? std::vector<ListedFile>{{kStore, FileOf({{"a", 1, 1000, {}}})}}
                          : std::vector<ListedFile>{},
                     true);
       }},
      {"FILE-2", "an unknown member was kept",
       [](bool kept) {
         const std::string with = R"({"version":1,"note":1,"entries":{}})";
         return Tale()
             .File(with)
             .Do(Clear(), Ok())
             .Folder({{kStore, with}})
             .Folder({{kStore, kept ? FileOf({}) : R"({"version":1,"entries":{},"note":1})"}},
                     true);
       }},
      {"FILE-2", "an entry of a legal file is missing",
       [](bool kept) {
         const std::string file = R"({"version":1.0,"entries":{"a":{"createdAt":5,"record":1,)"
                                  R"("expiresAt":null,"x":2}}})";
         return Tale().File(file).Do(Lookup("a"), kept ? Got(1) : Absent());
       }},
      {"FILE-3", "a read made the store's file",
       [](bool kept) {
         return Tale()
             .Do(Lookup("a"), Absent())
             .Folder(
                 kept ? std::vector<ListedFile>{} : std::vector<ListedFile>{{kStore, FileOf({})}},
                 true);
       }},
      {"FILE-4", "a createdAt is not the one in the file",
       [](bool kept) {
         return Tale()
             .File(FileOf({{"a", 1, 0.5, {}}}))
             .Do(Entries(), Shown({{"a", 1, kept ? 0.5 : 0.0, {}}}));
       }},
      {"FILE-4", "an expiresAt is not the one in the file",
       [](bool kept) {
         return Tale()
             .File(FileOf({{"a", 1, 5, 1e300}}))
             .Do(Entries(), Shown({{"a", 1, 5, kept ? 1e300 : 9007199254740991}}));
       }},
      {"QUA-1", "a good file was quarantined",
       [](bool kept) {
         const std::string good = FileOf({});
         return Tale()
             .File(good)
             .Do(Lookup("a"), Absent())
             .Folder({{kept ? kStore : kMoved, good}});
       }},
      {"QUA-1", "a good file was quarantined",
       [](bool kept) {
         Tale tale = Tale().File(FileOf({}));
         if (!kept) tale.Warned(kMoved);
         return tale.Do(Lookup("a"), Absent());
       }},
  };
}

std::vector<ClauseTale> TalesOfBadFiles() {
  return {
      {"QUA-1", "the bytes of a bad file are gone",
       [](bool kept) {
         return Tale()
             .File(kBad)
             .Warned(kMoved)
             .Do(Lookup("a"), Absent())
             .Folder({{kMoved, kept ? kBad : kBad + " "}});
       }},
      {"QUA-1", "a bad file is still in its place",
       [](bool kept) {
         return Tale()
             .File(kBad)
             .Warned(kMoved)
             .Do(Lookup("a"), Absent())
             .Folder({{kStore, kept ? FileOf({}) : kBad}, {kMoved, kBad}});
       }},
      {"QUA-1", "one bad file was quarantined more than once",
       [](bool kept) {
         std::vector<ListedFile> files = {{kMoved, kBad}};
         if (!kept) files.push_back({"store.vunknown.corrupt-1001.json", kBad});
         return Tale().File(kBad).Warned(kMoved).Do(Lookup("a"), Absent()).Folder(files);
       }},
      {"QUA-1", "an earlier quarantine was lost",
       [](bool kept) {
         const std::string second = "store.vunknown.corrupt-1001.json";
         Tale tale =
             Tale().File(kBad).Warned(kMoved).Do(Lookup("a"), Absent()).Folder({{kMoved, kBad}});
         tale.File("null").Warned(kept ? second : kMoved).Do(Lookup("a"), Absent());
         if (kept) return tale.Folder({{kMoved, kBad}, {second, "null"}});
         return tale.Folder({{kMoved, "null"}});
       }},
      {"QUA-1", "an entry is there that the store's file does not hold",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .File(kBad)
             .Do(Lookup("a"), kept ? Absent() : Got(1));
       }},
      {"QUA-2", "a quarantine with the wrong name",
       [](bool kept) {
         const std::string name = kept ? kMoved : "store.v1.corrupt-1000.json";
         return Tale().File(kBad).Warned(name).Do(Lookup("a"), Absent()).Folder({{name, kBad}});
       }},
      {"QUA-2", "a quarantine with the wrong name",
       [](bool kept) {
         const std::string name = kept ? kMoved : "store.vunknown.corrupt-today.json";
         return Tale().File(kBad).Warned(name).Do(Lookup("a"), Absent()).Folder({{name, kBad}});
       }},
      {"QUA-2", "a quarantine with the wrong name",
       [](bool kept) {
         const std::string name = kept ? kMoved : "store.json.bad";
         return Tale().File(kBad).Warned(name).Do(Lookup("a"), Absent()).Folder({{name, kBad}});
       }},
  };
}

std::vector<ClauseTale> TalesOfWarnings() {
  return {
      {"QUA-2", "a quarantine for the wrong reason",
       [](bool kept) {
         return Tale()
             .File(kNewer)
             .Warned(kMovedNewer, kept ? Reason::kVersionMismatch : Reason::kCorrupt, 2)
             .Do(Lookup("a"), Absent())
             .Folder({{kMovedNewer, kNewer}});
       }},
      {"QUA-2", "a quarantine for the wrong reason",
       [](bool kept) {
         return Tale()
             .File(kBad)
             .Warned(kMoved, kept ? Reason::kCorrupt : Reason::kVersionMismatch)
             .Do(Lookup("a"), Absent())
             .Folder({{kMoved, kBad}});
       }},
      {"QUA-3", "a quarantine without a warning",
       [](bool kept) {
         Tale tale = Tale().File(kBad);
         if (kept) tale.Warned(kMoved);
         return tale.Do(Lookup("a"), Absent()).Folder({{kMoved, kBad}}).Do(Lookup("a"), Absent());
       }},
      {"QUA-3", "more than one warning",
       [](bool kept) {
         Tale tale = Tale().File(kBad).Warned(kMoved);
         if (!kept) tale.Warned(kMoved);
         return tale.Do(Lookup("a"), Absent()).Folder({{kMoved, kBad}});
       }},
      {"QUA-3", "a warning that names another file",
       [](bool kept) {
         return Tale()
             .File(kBad)
             .Warned(kept ? kMoved : kStore)
             .Do(Lookup("a"), Absent())
             .Folder({{kMoved, kBad}});
       }},
      {"QUA-3", "a warning with the wrong version",
       [](bool kept) {
         return Tale()
             .File(kNewer)
             .Warned(kMovedNewer, Reason::kVersionMismatch, kept ? 2 : 3)
             .Do(Lookup("a"), Absent())
             .Folder({{kMovedNewer, kNewer}});
       }},
      {"QUA-3", "a warning with the wrong version",  // of a file that is corrupt
       [](bool kept) {
         return Tale()
             .File(kZeroth)
             .Warned(kMovedZeroth, Reason::kCorrupt, kept ? 0 : 77)
             .Do(Lookup("a"), Absent())
             .Folder({{kMovedZeroth, kZeroth}});
       }},
      {"QUA-3", "a warning for no bad file",
       [](bool kept) {
         Tale tale =
             Tale().File(kBad).Warned(kMoved).Do(Lookup("a"), Absent()).Folder({{kMoved, kBad}});
         if (!kept) tale.Warned(kMoved);
         return tale.Do(Lookup("a"), Absent());
       }},
      {"QUA-3", "a warning about a file of no open store",
       [](bool kept) {
         Tale tale;
         if (!kept) tale.WarnedOf("/x/lifecycle/other/" + kMoved);
         return tale.Do(Lookup("a"), Absent());
       }},
      {"QUA-3", "a bad file keeps the store from working",
       [](bool kept) {
         return Tale().File(kBad).Warned(kMoved).Do(Lookup("a"),
                                                    kept ? Absent() : Error(ErrorCode::kCorrupt));
       }},
      {"QUA-3", "a store that cannot be opened",
       [](bool kept) {
         Tale tale = Tale().File(kBad).Close();
         return kept ? tale.Open() : tale.OpenFails("demo", ErrorCode::kVersionTooNew);
       }},
      {"QUA-5", "the bytes of a bad file are gone",
       [](bool kept) {
         return Tale()
             .File(kBad)
             .Warned(kMoved)
             .Do(Clear(), Ok())
             .Folder(kept ? std::vector<ListedFile>{{kMoved, kBad}}
                          : std::vector<ListedFile>{{kStore, FileOf({})}});
       }},
      {"QUA-5", "a bad file keeps the store from working",
       [](bool kept) {
         return Tale().File(kBad).Warned(kMoved).Do(Clear(),
                                                    kept ? Ok() : Error(ErrorCode::kCorrupt));
       }},
  };
}

}  // namespace

std::vector<ClauseTale> TalesOfFiles() {
  std::vector<ClauseTale> tales = TalesOfGoodFiles();
  for (ClauseTale& tale : TalesOfBadFiles()) tales.push_back(std::move(tale));
  for (ClauseTale& tale : TalesOfWarnings()) tales.push_back(std::move(tale));
  return tales;
}

}  // namespace holdfast::conformance
