// The method: one pass over the tokens. A text that is not JSON is found at its first bad byte;
// anything else that is wrong is noted, the first complaint kept, and reading goes on, because the
// version decides the label whatever the rest holds (QUA-2).
#include "holdfast/spec/envelope.h"

#include <cmath>
#include <set>
#include <utility>

#include "holdfast/spec/ill_formed_json.h"
#include "holdfast/spec/text.h"
#include "spec/src/json_reader.h"
#include "spec/src/record_reader.h"

namespace holdfast {
namespace {

using Token = JsonReader::Token;
using Names = std::set<std::string>;

constexpr const char* kUnknown = "unknown";

std::optional<std::int64_t> SafeInteger(double number) {
  if (!(std::abs(number) <= static_cast<double>(kMaxSafeInteger)) || std::trunc(number) != number) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(number);
}

EnvelopeFault Corrupt(std::optional<std::int64_t> version, std::string message) {
  return {EnvelopeFault::Reason::kCorrupt,
          {version ? std::to_string(*version) : kUnknown},
          version,
          std::move(message)};
}

class EnvelopeParser {
 public:
  EnvelopeParser(std::string_view bytes, const EnvelopeLimits& limits)
      : reader_(bytes), limits_(limits) {}

  Expected<Envelope, EnvelopeFault> Parse() {
    const Token first = reader_.Next();
    if (first == Token::kBeginObject) {
      ReadEnvelope();
    } else {
      Complain("the envelope is not an object");
      SkipValue(first);
    }
    if (reader_.Next() != Token::kEndOfText) return Unexpected(NotJson());
    if (version_ && *version_ > 1) return Unexpected(VersionMismatch());
    if (version_ != 1) Complain("the version is missing, stands twice or is not 1");
    if (!complaint_.empty()) return Unexpected(Corrupt(version_, complaint_));
    return std::move(envelope_);
  }

 private:
  void ReadEnvelope() {
    Names names;
    while (reader_.Next() == Token::kName) {
      const std::string name = reader_.string();
      const bool again = IsAgain(names, name);
      if (name == "version") {
        ReadVersion(again);
      } else if (name == "entries" && !again) {
        ReadEntries();
      } else {
        SkipValue(reader_.Next());
      }
    }
    if (!names.contains("entries")) Complain("there are no entries");
  }

  void ReadVersion(bool again) {
    const Token token = reader_.Next();
    version_ = token == Token::kNumber && !again ? SafeInteger(reader_.number()) : std::nullopt;
    SkipValue(token);
  }

  void ReadEntries() {
    const Token token = reader_.Next();
    if (token != Token::kBeginObject) {
      Complain("the entries are not an object");
      return SkipValue(token);
    }
    Names ids;
    while (reader_.Next() == Token::kName) {
      const std::string id = reader_.string();
      IsAgain(ids, id);
      CheckId(id);
      ReadEntry(id);
    }
  }

  void CheckId(const std::string& id) {
    if (!IsWellFormed(id)) Complain("an id holds a lone surrogate");
    if (id.empty()) Complain("an id is empty");
    if (TrimWhiteSpace(id) != id) Complain("an id has white space at an end");
    if (limits_.max_id_bytes && static_cast<std::int64_t>(id.size()) > *limits_.max_id_bytes) {
      Complain("an id is too long");
    }
  }

  void ReadEntry(const std::string& id) {
    const Token token = reader_.Next();
    if (token != Token::kBeginObject) {
      Complain("an entry is not an object");
      return SkipValue(token);
    }
    EnvelopeEntry entry;
    entry.id = id;
    Names names;
    while (reader_.Next() == Token::kName) {
      const std::string name = reader_.string();
      const bool again = IsAgain(names, name);
      if (name == "record" && !again) {
        entry.record = ReadEntryRecord();
      } else if (name == "createdAt" && !again) {
        entry.created_at = ReadTime(reader_.Next());
      } else if (name == "expiresAt" && !again) {
        const Token value = reader_.Next();
        if (value != Token::kNull) entry.expires_at = ReadTime(value);
      } else {
        SkipValue(reader_.Next());
      }
    }
    if (!names.contains("record")) Complain("an entry has no record");
    if (!names.contains("createdAt")) Complain("an entry has no createdAt");
    envelope_.entries.push_back(std::move(entry));
  }

  Json ReadEntryRecord() {
    auto record = ReadRecord(reader_, {limits_.max_depth, limits_.max_record_bytes});
    if (record) return std::move(*record);
    Complain(record.error());
    return nullptr;
  }

  UnixMillis ReadTime(Token token) {
    if (token == Token::kNumber && std::isfinite(reader_.number())) return reader_.number();
    Complain("a time is no finite number");
    SkipValue(token);
    return 0;
  }

  // Reads to the end of the value whose first token was just read, whatever it holds.
  void SkipValue(Token first) {
    if (first != Token::kBeginObject && first != Token::kBeginArray) return;
    const std::size_t within = reader_.depth();
    while (reader_.depth() >= within) {
      if (reader_.Next() == Token::kError) return;
    }
  }

  // Notes a name; true where it stood before.
  bool IsAgain(Names& names, const std::string& name) {
    const bool again = !names.insert(name).second;
    if (again) Complain("the member " + DumpIllFormed(name) + " stands twice");
    return again;
  }

  void Complain(std::string complaint) {
    if (complaint_.empty()) complaint_ = std::move(complaint);
  }

  EnvelopeFault NotJson() const {
    EnvelopeFault fault = Corrupt(std::nullopt, "this is not JSON: " + reader_.error());
    if (version_) fault.labels.push_back(std::to_string(*version_));
    return fault;
  }

  EnvelopeFault VersionMismatch() const {
    const std::string label = std::to_string(*version_);
    return {EnvelopeFault::Reason::kVersionMismatch, {label}, version_, "the version is " + label};
  }

  JsonReader reader_;
  const EnvelopeLimits& limits_;
  Envelope envelope_;
  std::optional<std::int64_t> version_;  // where one member names a safe integer
  std::string complaint_;                // the first fault of a text that is JSON
};

Json TimeToJson(UnixMillis time) {
  const auto integer = SafeInteger(time);
  return integer ? Json(*integer) : Json(time);
}

}  // namespace

EnvelopeLimits LimitsOf(const Capabilities& capabilities) {
  return {capabilities.max_file_bytes, capabilities.max_depth, capabilities.max_id_bytes,
          capabilities.max_record_bytes};
}

Expected<Envelope, EnvelopeFault> ParseEnvelope(std::string_view bytes,
                                                const EnvelopeLimits& limits) {
  if (limits.max_file_bytes && static_cast<std::int64_t>(bytes.size()) > *limits.max_file_bytes) {
    return Unexpected(Corrupt(std::nullopt, "the file is too large"));
  }
  return EnvelopeParser(bytes, limits).Parse();
}

std::string SerializeEnvelope(const Envelope& envelope) {
  std::string bytes = R"({"version":1,"entries":{)";
  for (const EnvelopeEntry& entry : envelope.entries) {
    if (&entry != &envelope.entries.front()) bytes += ',';
    bytes += Json(entry.id).dump() + R"(:{"record":)" + entry.record.dump() + R"(,"createdAt":)" +
             TimeToJson(entry.created_at).dump();
    if (entry.expires_at) bytes += R"(,"expiresAt":)" + TimeToJson(*entry.expires_at).dump();
    bytes += '}';
  }
  return bytes + "}}";
}

}  // namespace holdfast
