#include "conformance/files/hand_over.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "holdfast/spec/text.h"

namespace holdfast::conformance {
namespace {

using Entries = std::vector<EnvelopeEntry>;

void Erase(Entries& entries, const std::string& id) {
  entries.erase(std::remove_if(entries.begin(), entries.end(),
                               [&](const EnvelopeEntry& entry) { return entry.id == id; }),
                entries.end());
}

// One call as this store carries it out. Of a register the time gets a fraction in some styles.
void Carry(Entries& entries, const Operation& call, const HandOver& how) {
  if (call.kind == OpKind::kClear) return entries.clear();
  if (call.kind == OpKind::kEntries || call.kind == OpKind::kLookup) return;
  const std::string id(TrimWhiteSpace(call.id));
  const auto now = static_cast<UnixMillis>(how.now_ms);
  UnixMillis created = now + (how.style % 2 == 0 ? 0.25 : 0.0);
  for (const EnvelopeEntry& entry : entries) created = std::max(created, entry.created_at);
  Erase(entries, id);
  if (!TakesRecord(call.kind)) return;
  EnvelopeEntry entry{id, call.record, created, std::nullopt};
  if (call.ttl_ms) entry.expires_at = now + static_cast<UnixMillis>(*call.ttl_ms);
  entries.push_back(std::move(entry));
}

// The ways to write, each decided by bits of its own.
class Writer {
 public:
  explicit Writer(const HandOver& how) : how_(how) {}

  std::string Write(Entries entries) const {
    if (Bit(1)) std::reverse(entries.begin(), entries.end());
    std::vector<std::string> members = {Name("version") + Colon() + Version(),
                                        Name("entries") + Colon() + Body(entries)};
    if (Bit(2)) std::swap(members[0], members[1]);
    if (Bit(3)) {
      members.insert(
          members.begin() + 1,
          R"("writer":{"name":"another store","version":7,"version":"x","seen":[[],{}]})");
    }
    return Braced(members) + (Bit(4) ? "\r\n" : "");
  }

 private:
  [[nodiscard]] bool Bit(unsigned bit) const { return (how_.style >> bit & 1U) != 0; }
  [[nodiscard]] std::string Colon() const { return Bit(4) ? " :\t" : ":"; }

  [[nodiscard]] std::string Braced(const std::vector<std::string>& members) const {
    const std::string space = Bit(4) ? "\r\n  " : "";
    std::string text = "{";
    for (std::size_t at = 0; at < members.size(); ++at) {
      text += (at > 0 ? "," : "") + space + members[at];
    }
    return text + (members.empty() ? "" : space) + "}";
  }

  // A name or string; in some styles each plain character stands in an escape.
  [[nodiscard]] std::string Name(const std::string& text) const {
    const bool is_ascii = std::all_of(text.begin(), text.end(),
                                      [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!Bit(5) || !is_ascii) return Json(text).dump();
    std::string escaped = "\"";
    for (const char c : text) {
      char unit[8];
      std::snprintf(unit, sizeof unit, "\\u%04x", static_cast<unsigned>(c));
      escaped += unit;
    }
    return escaped + "\"";
  }

  [[nodiscard]] std::string Version() const {
    const std::string plain = std::to_string(how_.version);
    const std::string spellings[] = {plain, plain + ".0", plain + "e0",
                                     how_.version == 0 ? "0e1" : plain + "0e-1"};
    return spellings[how_.style / 64 % 4];
  }

  [[nodiscard]] std::string Body(const Entries& entries) const {
    std::vector<std::string> members;
    for (const EnvelopeEntry& entry : entries)
      members.push_back(Name(entry.id) + Colon() + Of(entry));
    return Braced(members);
  }

  [[nodiscard]] std::string Of(const EnvelopeEntry& entry) const {
    std::vector<std::string> members = {Name("createdAt") + Colon() + Time(entry.created_at),
                                        Name("record") + Colon() + entry.record.dump()};
    if (entry.expires_at) members.push_back(Name("expiresAt") + Colon() + Time(*entry.expires_at));
    if (!entry.expires_at && Bit(8)) members.push_back(R"("expiresAt":null)");
    if (Bit(3)) members.insert(members.begin(), R"("touched":[1.5,"\ud800",{"record":0}])");
    if (Bit(9)) std::reverse(members.begin(), members.end());
    return Braced(members);
  }

  // As JSON writes a double; whole ones with a point in some styles.
  [[nodiscard]] std::string Time(UnixMillis time) const {
    const bool is_whole = time == std::floor(time) && std::abs(time) < 9e15;
    if (!is_whole || Bit(10)) return Json(time).dump();
    return Json(static_cast<std::int64_t>(time)).dump();
  }

  const HandOver& how_;
};

}  // namespace

std::string HandedOver(const Envelope& before, const HandOver& how) {
  Entries entries = before.entries;
  for (const Operation& call : how.calls) Carry(entries, call, how);
  return Writer(how).Write(std::move(entries));
}

}  // namespace holdfast::conformance
