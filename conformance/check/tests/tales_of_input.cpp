#include "conformance/check/tests/tale.h"
#include "conformance/program/values.h"

namespace holdfast::conformance {
namespace {

StoreError BadNamespace(const std::string& field = "namespace") {
  return {ErrorCode::kInvalidArgument, Effect::kNone, field, ""};
}

std::optional<StoreError> If(bool is_error, StoreError error = BadNamespace()) {
  return is_error ? std::optional(std::move(error)) : std::nullopt;
}

}  // namespace

std::vector<ClauseTale> TalesOfInput() {
  const std::string surrogate = kLoneSurrogate;
  return {
      {"INP-1", "an illegal namespace was accepted",
       [](bool kept) { return Tale().Close().Probe("../up", If(kept)); }},
      {"INP-1", "a legal namespace was refused",
       [](bool kept) { return Tale().Close().Probe(" padded\t", If(!kept)); }},
      {"INP-1", "a refusal with the wrong code",
       [](bool kept) {
         return Tale().Close().Probe("", BadNamespace(kept ? "namespace" : "key"));
       }},
      {"INP-1", "a refused namespace touched files",
       [](bool kept) {
         return Tale()
             .Close()
             .Probe("a/b", If(true))
             .Trees({"x"}, kept ? std::vector<std::string>{"x"}
                                : std::vector<std::string>{"lifecycle", "x"});
       }},
      {"INP-1", "a store that cannot be opened",
       [](bool kept) {
         return kept ? Tale().Open(1, " other\n")
                     : Tale().OpenFails(" other\n", ErrorCode::kInvalidArgument, "namespace");
       }},
      {"INP-2", "an illegal key was accepted",
       [](bool kept) { return Tale().Do(Lookup(" \t"), kept ? Illegal("key") : Absent()); }},
      {"INP-2", "a legal call was refused",
       [](bool kept) { return Tale().Do(Lookup(" a"), kept ? Absent() : Illegal("key")); }},
      {"INP-3", "an illegal key was accepted",
       [=](bool kept) {
         return Tale().Do(Register("a" + surrogate, 1), kept ? Illegal("key") : Ok());
       }},
      {"INP-4", "an illegal key was accepted",
       [](bool kept) {
         return Tale().Do(Consume(LongId(513)), kept ? TooLarge("key") : Absent());
       }},
      {"INP-4", "a refusal with the wrong code",
       [](bool kept) {
         return Tale().Do(Consume(LongId(513)), kept ? TooLarge("key") : Illegal("key"));
       }},
      {"INP-4", "a legal call was refused",
       [](bool kept) {
         return Tale().Do(Consume(" " + LongId(512)), kept ? Absent() : TooLarge("key"));
       }},
      {"INP-2", "an id was trimmed of more than white space",
       [](bool kept) {
         return Tale().Do(Register("\x1Ex\x1F", 1), Ok()).Do(Delete("x"), Was(!kept));
       }},
      {"INP-2", "an id was trimmed of more than white space",
       [](bool kept) {
         return Tale().Do(Register("\x1Ex\x1F", 1), Ok()).Do(Claim("x", 2), Won(kept));
       }},
      {"INP-5", "an id answers with the record of another",
       [](bool kept) {
         return Tale()
             .Do(Register("a", 1), Ok())
             .Do(Register("A", 2), Ok())
             .Do(Lookup("a"), Got(kept ? 1 : 2));
       }},
      {"INP-5", "an id took the place of another that begins like it",
       [](bool kept) {
         return Tale()
             .Do(Register(LongId(kBytesOfALongId), 1), Ok())
             .Do(Register(LongIdsTwin(kBytesOfALongId), 2), Ok())
             .Do(Consume(LongId(kBytesOfALongId)), kept ? Got(1) : Absent());
       }},
      {"INP-5", "a legal call was refused",
       [](bool kept) { return Tale().Do(Lookup("__proto__"), kept ? Absent() : Illegal("key")); }},
      {"INP-6", "a later argument was judged first",
       [=](bool kept) {
         return Tale().Do(Register("", surrogate), Illegal(kept ? "key" : "record"));
       }},
      {"INP-6", "a later argument was judged first",
       [](bool kept) {
         return Tale().Do(Register("a", RecordOfDepth(65), -1),
                          kept ? TooLarge("record") : Illegal("ttl_ms"));
       }},
      {"REC-1", "a null record is taken for none",
       [](bool kept) {
         return Tale()
             .Do(Register("a", nullptr), Ok())
             .Do(Lookup("a"), kept ? Got(nullptr) : Absent());
       }},
      {"REC-1", "a record did not come back as it was written",
       [](bool kept) {
         return Tale()
             .Do(Register("a", {{"__proto__", "x"}}), Ok())
             .Do(Lookup("a"), Got(kept ? Json{{"__proto__", "x"}} : Json::object()));
       }},
      {"REC-1", "a legal call was refused",
       [](bool kept) {
         return Tale().Do(Register("a", nullptr), kept ? Ok() : Illegal("record"));
       }},
      {"REC-2", "a number did not come back exactly",
       [](bool kept) {
         return Tale()
             .Do(Register("a", {{"n", {kMaxSafeInteger}}}), Ok())
             .Do(Lookup("a"), Got({{"n", {kept ? kMaxSafeInteger : kMaxSafeInteger - 1}}}));
       }},
      {"REC-3", "an illegal record was accepted",
       [=](bool kept) {
         return Tale().Do(Register("a", {{surrogate, 1}}), kept ? Illegal("record") : Ok());
       }},
      {"REC-4", "an illegal record was accepted",
       [](bool kept) {
         return Tale().Do(Register("a", RecordOfBytes(65'537)), kept ? TooLarge("record") : Ok());
       }},
      {"REC-4", "a legal call was refused",
       [](bool kept) {
         return Tale().Do(Register("a", RecordOfDepth(64)), kept ? Ok() : TooLarge("record"));
       }},
      {"ERR-1", "a refusal that blames the wrong argument",
       [](bool kept) { return Tale().Do(Lookup(""), Illegal(kept ? "key" : "")); }},
      {"ERR-1", "a legal call was refused",
       [](bool kept) { return Tale().Do(Entries(), kept ? Shown({}) : Illegal("")); }},
      {"ERR-2", "a refusal that says its effect is unknown",
       [](bool kept) {
         return Tale().Do(Lookup(""), Error(ErrorCode::kInvalidArgument, "key",
                                            kept ? Effect::kNone : Effect::kUnknown));
       }},
      {"INP-2", "a refusal with the wrong code",
       [](bool kept) {
         return Tale().Do(Lookup(""), kept ? Illegal("key") : Error(ErrorCode::kInternal));
       }},
  };
}

}  // namespace holdfast::conformance
