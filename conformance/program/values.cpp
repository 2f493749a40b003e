#include "conformance/program/values.h"

namespace holdfast::conformance {

const std::vector<std::string>& CommonIds() {
  static const std::vector<std::string> kIds = {"a",         "B",
                                                "9",         "10",
                                                "\xC3\xA9",  "../x",
                                                "__proto__", std::string(200, 'k'),
                                                "b c",       "\xF0\x9F\x98\x80",
                                                "\"",        "a/b"};
  return kIds;
}

const std::vector<std::vector<std::string>>& TwinIds() {
  static const std::vector<std::vector<std::string>> kTwins = {
      {"1", "01", "001"},
      {"a", "A"},
      {"\xC3\xA9", "e\xCC\x81"},  // NFC and NFD
      {"__proto__", "constructor", "a"},
      {"\xEF\xBF\xBD", "\xF0\x9F\x98\x80",
       "\xEE\x80\x80"},  // UTF-8 and UTF-16 order them differently
      {"id0", "ID0", "Id0"},
      // Each with two of NearWhiteSpace(), one at each end, and one that is nothing else.
      {"x", "\x1Cx\xC2\x85", "\xE1\xA0\x8Ex\xE2\x80\x8B", "\xE2\x81\xA0x\x1D", "\x1Ex\x1F",
       "\xE2\x80\x8B"}};
  return kTwins;
}

const std::vector<std::string>& WhiteSpace() {
  static const std::string kAll =
      "\t\n\v\f\r \xC2\xA0\xE1\x9A\x80\xE2\x80\x80\xE2\x80\x81\xE2\x80\x82\xE2\x80\x83"
      "\xE2\x80\x84\xE2\x80\x85\xE2\x80\x86\xE2\x80\x87\xE2\x80\x88\xE2\x80\x89\xE2\x80\x8A"
      "\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAF\xE2\x81\x9F\xE3\x80\x80\xEF\xBB\xBF";
  static const std::vector<std::string> kSpace = {kAll,
                                                  kAll,
                                                  kAll,
                                                  kAll,
                                                  "",
                                                  " ",
                                                  "\t",
                                                  "\r\n",
                                                  "\v\f",
                                                  "\xC2\xA0",
                                                  "\xE2\x80\xA8",
                                                  "\xE3\x80\x80 ",
                                                  "\xEF\xBB\xBF",
                                                  "\xE1\x9A\x80",
                                                  "\xE2\x80\x80\xE2\x80\x81\xE2\x80\x82",
                                                  "\xE2\x80\x83\xE2\x80\x84\xE2\x80\x85",
                                                  "\xE2\x80\x86\xE2\x80\x87\xE2\x80\x88",
                                                  "\xE2\x80\x89\xE2\x80\x8A",
                                                  "\xE2\x80\xA9",
                                                  "\xE2\x80\xAF",
                                                  "\xE2\x81\x9F"};
  return kSpace;
}

const std::vector<std::string>& NearWhiteSpace() {
  static const std::vector<std::string> kNear = {
      "\x1C", "\x1D", "\x1E", "\x1F", "\xC2\x85", "\xE1\xA0\x8E", "\xE2\x80\x8B", "\xE2\x81\xA0"};
  return kNear;
}

std::string LongId(std::size_t bytes) {
  std::string id = "long-";
  while (id.size() < bytes) id += static_cast<char>('a' + id.size() % 26);
  id.resize(bytes);
  return id;
}

std::string LongIdsTwin(std::size_t bytes) { return LongId(bytes - 1) + '!'; }

bool HasTheSameStart(std::string_view a, std::string_view b) {
  return a.size() >= kBytesOfALongId && a.size() == b.size() && a.back() != b.back() &&
         a.substr(0, a.size() - 1) == b.substr(0, b.size() - 1);
}

std::string WideId(std::size_t bytes) {
  std::string id(bytes % 2, 'w');
  while (id.size() < bytes) id += "\xC3\xA9";
  return id;
}

const std::vector<Json>& NestedRecords() {
  static const std::vector<Json> kRecords = {
      Json::object(),
      Json::array(),
      {{"__proto__", {{"x", 1}}}, {"", "empty name"}},
      {{"e\xCC\x81", "NFD: e\xCC\x81"}, {"\xC3\xA9", "NFC: \xC3\xA9"}},
      {{"deep", {{"er", {1, {{"two", {nullptr, true, false}}}}}}}},
      {{"text", "line\nfeed \xE2\x80\xA8 \xF0\x9F\x98\x80 \\ \" /"},
       {"nul", std::string("a\0b", 3)}},
      Json::array({Json::array(), Json::object(), Json::array({Json::array()})})};
  return kRecords;
}

const std::vector<Json>& EdgeRecords() {
  static const std::vector<Json> kRecords = {nullptr,
                                             true,
                                             false,
                                             "",
                                             0,
                                             -0.0,
                                             kMaxSafeInteger,
                                             -kMaxSafeInteger,
                                             1.5,
                                             -2.25,
                                             0.1,
                                             1e-7,
                                             5e-324,
                                             1.7976931348623157e308,
                                             123456789012345.67,
                                             4294967296,
                                             2147483648,
                                             -2147483649,
                                             9007199254740990,
                                             "\xEF\xBB\xBF",
                                             "NaN",
                                             "0x10"};
  return kRecords;
}

const std::vector<Json>& FalsyRecords() {
  static const std::vector<Json> kRecords = {nullptr, false, 0, "", Json::object(), Json::array()};
  return kRecords;
}

Json RecordOfDepth(int depth) {
  Json record = 1;
  for (int i = 0; i < depth; ++i) record = Json::array({std::move(record)});
  return record;
}

Json WideRecordOfBytes(std::size_t bytes) { return WideId(bytes - 2); }

Json RecordOfBytes(std::size_t bytes) { return std::string(bytes - 2, 'r'); }

const std::vector<std::string>& IllegalNamespaces() {
  static const std::vector<std::string> kNames = {"",
                                                  "  ",
                                                  ".",
                                                  "..",
                                                  "../up",
                                                  "a/b",
                                                  "/abs",
                                                  "-a",
                                                  "_a",
                                                  ".hidden",
                                                  "a b",
                                                  "a\\b",
                                                  "\xC3\xA9",
                                                  "a:b",
                                                  "a*",
                                                  std::string(129, 'n'),
                                                  std::string("a\0b", 3),
                                                  "a\nb",
                                                  "~",
                                                  "%2e%2e"};
  return kNames;
}

const std::vector<std::string>& UnusualNamespaces() {
  static const std::vector<std::string> kNames = {"a..b",
                                                  "0",
                                                  "A",
                                                  "con",
                                                  "lifecycle",
                                                  "store.json",
                                                  "x-",
                                                  "a.",
                                                  std::string(128, 'n'),
                                                  " padded\t",
                                                  "\xEF\xBB\xBF"
                                                  "bom"};
  return kNames;
}

}  // namespace holdfast::conformance
