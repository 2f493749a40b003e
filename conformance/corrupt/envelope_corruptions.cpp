// Envelopes with one thing about them changed. In their texts `@` stands for the members that the
// entries had, and `@,` for the same with a comma where there are any.
#include "conformance/corrupt/corruption.h"

namespace holdfast::conformance {
namespace {

std::string Versioned(const std::string& version) {
  return R"({"version":)" + version + R"(,"entries":{@}})";
}

// An envelope with one entry more.
std::string Planted(const std::string& entry) {
  return R"({"version":1,"entries":{@,"planted":)" + entry + "}}";
}

std::string WithId(const std::string& id) {
  return R"({"version":1,"entries":{@,")" + id + R"(":{"record":1,"createdAt":1}}})";
}

std::string WithRecord(const std::string& record) {
  return Planted(R"({"createdAt":1,"record":)" + record + "}");
}

std::string WithTime(const std::string& time) {
  return Planted(R"({"record":1,"createdAt":)" + time + "}");
}

std::string WithExpiry(const std::string& time) {
  return Planted(R"({"record":1,"createdAt":1,"expiresAt":)" + time + "}");
}

std::string WithUnknown(const std::string& value) {
  return R"({"note":)" + value + R"(,"version":1,"entries":{@}})";
}

std::string Nested(std::size_t depth) {
  return std::string(depth, '[') + "1" + std::string(depth, ']');
}

std::vector<Corruption> Versions() {
  return {
      {"version-missing", false, false, R"({"entries":{@}})"},
      {"version-0", false, false, Versioned("0")},
      {"version-minus-1", false, false, Versioned("-1")},
      {"version-1.5", false, false, Versioned("1.5")},
      {"version-1.0", false, false, Versioned("1.0")},
      {"version-1e0", false, false, Versioned("1e0")},
      {"version-text", false, false, Versioned("\"1\"")},
      {"version-2", false, false, Versioned("2")},
      {"version-2.0", false, false, Versioned("2.0")},
      {"version-1e21", false, false, Versioned("1e21")},
      {"version-largest-safe", false, false, Versioned("9007199254740991")},
      {"version-beyond-safe", false, false, Versioned("9007199254740992")},
      {"version-20-digits", false, false, Versioned("18446744073709551616")},
      {"version-null", false, false, Versioned("null")},
      {"version-true", false, false, Versioned("true")},
      {"version-array", false, false, Versioned("[1]")},
      {"version-twice", false, false, R"({"version":1,"version":1,"entries":{@}})"},
      {"version-then-another", false, false, R"({"version":1,"entries":{@},"version":2})"},
      {"version-escaped", false, false, R"({"\u0076ersion":1,"entries":{@}})"},
      {"version-2-without-entries", false, false, R"({"version":2})"},
      {"version-2-of-another-shape", false, false, R"({"version":2,"entries":[7,7],"entries":1})"},
      {"version-3-cut-off", false, false, R"({"version":3,"entries":{@},)"},
  };
}

std::vector<Corruption> Shapes() {
  return {
      {"top-null", false, false, "null"},
      {"top-array", false, false, R"([{"version":1,"entries":{@}}])"},
      {"top-number", false, false, "1"},
      {"top-text", false, false, R"("{}")"},
      {"top-empty-object", false, false, "{}"},
      {"entries-missing", false, false, R"({"version":1})"},
      {"entries-null", false, false, R"({"version":1,"entries":null})"},
      {"entries-array", false, false, R"({"version":1,"entries":[]})"},
      {"entries-text", false, false, R"({"version":1,"entries":"{}"})"},
      {"entries-twice", false, false, R"({"version":1,"entries":{@},"entries":{@}})"},
      {"entry-null", false, false, Planted("null")},
      {"entry-array", false, false, Planted("[1]")},
      {"entry-number", false, false, Planted("1")},
      {"record-missing", false, false, Planted(R"({"createdAt":1})")},
      {"record-twice", false, false, Planted(R"({"record":1,"record":1,"createdAt":1})")},
      {"record-null", false, false, WithRecord("null")},
      {"created-missing", false, false, Planted(R"({"record":1})")},
      {"created-null", false, false, WithTime("null")},
      {"created-text", false, false, WithTime("\"1\"")},
      {"created-true", false, false, WithTime("true")},
      {"created-endless", false, false, WithTime("1e999")},
      {"created-twice", false, false, Planted(R"({"record":1,"createdAt":1,"createdAt":1})")},
      {"created-fraction", false, false, WithTime("-1.5")},
      {"created-far", false, false, WithTime("1e300")},
      {"expires-null", false, false, WithExpiry("null")},
      {"expires-far", false, false, WithExpiry("1e300")},
      {"expires-fraction", false, false, WithExpiry("4102444800000.5")},
      {"expires-twice", false, false,
       Planted(R"({"record":1,"createdAt":1,"expiresAt":9,"expiresAt":9})")},
      {"expires-text", false, false, WithExpiry("\"9\"")},
      {"expires-object", false, false, WithExpiry("{}")},
      {"expires-endless", false, false, WithExpiry("-1e999")},
      {"id-empty", false, false, WithId("")},
      {"id-padded", false, false, WithId(" padded")},
      {"id-padded-behind", false, false, WithId("padded ")},
      {"id-lone-surrogate", false, false, WithId(R"(a\ud800)")},
      {"id-of-2000-bytes", false, false, WithId(std::string(2'000, 'i'))},
      {"id-very-long", false, false, WithId(std::string(70'000, 'i'))},
      {"id-twice", false, false,
       R"({"version":1,"entries":{"a":{"record":1,"createdAt":1},"a":{"record":1,"createdAt":1}}})"},
      {"id-twice-by-escapes", false, false,
       R"({"version":1,"entries":{"a":{"record":1,"createdAt":1},"\u0061":{"record":2,"createdAt":1}}})"},
      {"unknown-member", false, false, WithUnknown(R"({"a":1,"a":"\ud800"})")},
      {"unknown-twice", false, false, R"({"note":1,"note":1,"version":1,"entries":{@}})"},
      {"unknown-in-an-entry-twice", false, false,
       Planted(R"({"record":1,"createdAt":1,"seen":1,"seen":1})")},
      {"blank-form-feed", false, false, "{\f\"version\":1,\"entries\":{@}}"},
      {"blank-no-break", false, false, "{\xC2\xA0\"version\":1,\"entries\":{@}}"},
      {"unknown-in-an-entry", false, false, Planted(R"({"record":1,"createdAt":1,"seen":[{}]})")},
      {"unknown-deep", false, false, WithUnknown(Nested(20'000))},
  };
}

std::vector<Corruption> Records() {
  return {
      {"record-repeats-a-name", false, false, WithRecord(R"({"a":1,"a":1})")},
      {"record-repeats-by-escapes", false, false, WithRecord(R"({"a":1,"\u0061":1})")},
      {"record-repeats-a-name-deep", false, false, WithRecord(R"([{"b":{"a":1,"a":1}}])")},
      {"record-of-1.1-megabytes", false, false,
       WithRecord('"' + std::string(1'100'000, 'r') + '"')},
      {"record-raw-tab", false, false, WithRecord("\"\t\"")},
      {"record-raw-newline", false, false, WithRecord("\"\n\"")},
      {"record-plus-sign", false, false, WithRecord("+1")},
      {"record-bare-fraction", false, false, WithRecord(".5")},
      {"record-capital-true", false, false, WithRecord("True")},
      {"record-lone-surrogate", false, false, WithRecord(R"("\udc00")")},
      {"record-name-lone-surrogate", false, false, WithRecord(R"({"\ud800x":1})")},
      {"record-number-endless", false, false, WithRecord("1e999")},
      {"record-number-of-40-digits", false, false,
       WithRecord("1234567890123456789012345678901234567890")},
      {"record-number-tiny", false, false, WithRecord("1e-999")},
      {"record-bad-utf8", false, false, WithRecord("\"\xC3\"")},
      {"record-overlong-utf8", false, false, WithRecord("\"\xC0\xAF\"")},
      {"record-surrogate-in-utf8", false, false, WithRecord("\"\xED\xA0\x80\"")},
      {"record-control-character", false, false, WithRecord("\"\x01\"")},
      {"record-nan", false, false, WithRecord("NaN")},
      {"record-infinity", false, false, WithRecord("Infinity")},
      {"record-leading-zero", false, false, WithRecord("01")},
      {"record-hexadecimal", false, false, WithRecord("0x10")},
      {"record-bare-point", false, false, WithRecord("1.")},
      {"record-trailing-comma", false, false, WithRecord("[1,]")},
      {"record-single-quotes", false, false, WithRecord("'a'")},
      {"record-comment", false, false, WithRecord("1/*one*/")},
      {"record-bad-escape", false, false, WithRecord(R"("\x")")},
      {"record-of-64-levels", false, false, WithRecord(Nested(64))},
      {"record-deep", false, false, WithRecord(Nested(2'000))},
      {"record-very-deep", false, false, WithRecord(Nested(100'000))},
      {"record-unclosed", false, false, WithRecord(std::string(50'000, '['))},
  };
}

}  // namespace

const std::vector<Corruption>& EnvelopeCorruptions() {
  static const std::vector<Corruption> kAll = [] {
    std::vector<Corruption> all = Versions();
    for (auto& part : {Shapes(), Records()}) all.insert(all.end(), part.begin(), part.end());
    return all;
  }();
  return kAll;
}

}  // namespace holdfast::conformance
