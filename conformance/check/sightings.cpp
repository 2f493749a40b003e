#include "conformance/check/sightings.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "conformance/check/causes.h"
#include "conformance/program/values.h"
#include "holdfast/spec/json_size.h"
#include "holdfast/spec/rules.h"
#include "holdfast/spec/text.h"

namespace holdfast::conformance {
namespace {

using model::HeldEntry;

// Writes after which whoever tidies up now and then has done so.
constexpr std::size_t kChurn = 100;
constexpr std::size_t kCrowd = 100;

std::string InSmallLetters(const std::string& id) {
  std::string small;
  for (const char c : id) small += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return small;
}

// Whether `a` comes before `b` by UTF-16 units. That is not the order of the bytes where the first
// difference is between a character beyond U+FFFF, written as surrogates, and one of U+E000 to
// U+FFFF.
bool Utf16PutsFirst(const std::string& a, const std::string& b) {
  const auto [in_a, in_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (in_a == a.end() || in_b == b.end()) return a < b;
  const auto is_beyond = [](char c) { return static_cast<unsigned char>(c) >= 0xF0; };
  const auto is_high = [&](char c) {
    return static_cast<unsigned char>(c) >= 0xEE && !is_beyond(c);
  };
  if (is_beyond(*in_a) && is_high(*in_b)) return true;
  return a < b && !(is_high(*in_a) && is_beyond(*in_b));
}

// The name of an id without what naive stores confuse: case, leading zeros.
std::string Folded(const std::string& id) {
  std::string folded = InSmallLetters(id);
  folded.erase(0, std::min(folded.find_first_not_of('0'), folded.size()));
  return folded;
}

bool LooksTheSame(const std::string& a, const std::string& b) {
  static const std::vector<std::pair<std::string, std::string>> kNormalised = {
      {"\xC3\xA9", "e\xCC\x81"}, {"__proto__", "constructor"}};
  if (a == b) return false;
  if (Folded(a) == Folded(b)) return true;
  return std::any_of(kNormalised.begin(), kNormalised.end(), [&](const auto& pair) {
    return (pair.first == a && pair.second == b) || (pair.first == b && pair.second == a);
  });
}

bool IsEdgeNumber(const Json& value) {
  if (!value.is_number()) return false;
  const double number = std::abs(value.get<double>());
  return number > 1e9 || (number > 0 && number < 1e-3) || std::trunc(number) != number;
}

bool HasEdgeNumber(const Json& value) {
  return IsEdgeNumber(value) ||
         (value.is_structured() && std::any_of(value.begin(), value.end(), HasEdgeNumber));
}

class Collector {
 public:
  explicit Collector(const Sighting& s) : s_(s), id_(TrimWhiteSpace(s.operation.id)) {}

  std::vector<std::string_view> Run() {
    OnAny();
    if (!s_.result) {
      OnError(s_.result.error());
      return std::move(met_);
    }
    OnInput();
    switch (s_.operation.kind) {
      case OpKind::kRegister:
        OnRegister();
        OnWrite();
        break;
      case OpKind::kClaim:
        if (std::get<Claimed>(*s_.result).claimed) {
          Hit("claim-won");
          OnWrite();
        } else {
          Hit("claim-lost");
        }
        break;
      case OpKind::kLookup:
        Hit(Found() ? "lookup-found" : "lookup-absent");
        if (Found() && s_.chronicle.Of(id_).looked_up) Hit("lookup-twice");
        OnRead();
        break;
      case OpKind::kConsume:
        if (Found()) Hit("consume-found");
        OnRead();
        break;
      case OpKind::kDelete:
        Hit(std::get<Existed>(*s_.result).existed ? "delete-there" : "delete-absent");
        OnAsked(id_);
        break;
      case OpKind::kEntries:
        OnEntries(std::get<Listed>(*s_.result));
        break;
      case OpKind::kClear:
        if (!s_.before.entries.empty()) Hit("clear-full");
        break;
    }
    return std::move(met_);
  }

 private:
  void Hit(std::string_view situation) { met_.push_back(situation); }

  [[nodiscard]] bool Found() const {
    return std::get<holdfast::Found>(*s_.result).record.has_value();
  }

  [[nodiscard]] bool IsLive(const HeldEntry& entry) const {
    return !entry.expires || s_.now.latest < entry.expires->earliest;
  }

  [[nodiscard]] std::size_t LiveBefore() const {
    return static_cast<std::size_t>(
        std::count_if(s_.before.entries.begin(), s_.before.entries.end(),
                      [&](const HeldEntry& entry) { return IsLive(entry); }));
  }

  void OnAny() {
    if (s_.neighbours_hold_entries) Hit("two-namespaces");
    if (s_.through_another_handle) Hit("two-instances");
    if (TakesId(s_.operation.kind)) {
      const bool twin =
          std::any_of(s_.before.entries.begin(), s_.before.entries.end(),
                      [&](const HeldEntry& entry) { return LooksTheSame(entry.id, id_); });
      if (twin) Hit("id-twins");
      const bool same_start =
          std::any_of(s_.before.entries.begin(), s_.before.entries.end(),
                      [&](const HeldEntry& entry) { return HasTheSameStart(entry.id, id_); });
      if (same_start) Hit("id-same-start");
    }
  }

  void OnError(const StoreError& error) {
    Hit("errors");
    if (error.code == ErrorCode::kFull) return Hit("rejected-at-cap");
    if (error.code == ErrorCode::kUnsupported) return Hit("unsupported");
    if (!s_.before.entries.empty()) Hit("refused-unchanged");
    const Capabilities& claims = s_.policy.capabilities;
    const auto id = model::JudgeId(s_.operation.id, claims);
    if (id) {
      if (id->clause == "INP-2") Hit("id-empty");
      if (id->clause == "INP-3") Hit("id-ill-formed");
      if (id->clause == "INP-4") Hit("id-over-limit");
    }
    if (!TakesRecord(s_.operation.kind)) return;
    const auto record = model::JudgeRecord(s_.operation.record, claims);
    if (id && record) Hit("two-faults");
    if (id) return;
    if (record) return Hit(record->clause == "REC-3" ? "record-ill-formed" : "record-over-limit");
    Hit(s_.operation.ttl_ms == 0 ? "ttl-zero" : "ttl-refused");
  }

  void OnInput() {
    if (id_ != s_.operation.id) Hit("id-trimmed");
    const auto trimmed_bytes = s_.operation.id.size() - id_.size();
    if (trimmed_bytes >= WhiteSpace().front().size()) Hit("id-trimmed-of-all");
    if (EndsInNearWhiteSpace(id_)) Hit("id-near-space");
    const auto limit = static_cast<std::size_t>(s_.policy.capabilities.max_id_bytes.value_or(512));
    if (id_.size() == limit || id_.size() == kBytesOfALongId) Hit("id-at-limit");
  }

  void OnRegister() {
    const HeldEntry* held = s_.before.Find(id_);
    if (held != nullptr && IsLive(*held)) Hit("overwrite");
    if (s_.chronicle.last_clock_back()) Hit("clock-back");
    if (held != nullptr && !IsLive(*held)) Hit("expired-reclaimed");
  }

  void OnWrite() {
    if (s_.operation.ttl_ms == 0) return Hit("ttl-zero");
    OnExpired();
    if (model::Depth(s_.operation.record) >= 64) Hit("record-deep");
    if (CompactBytes(s_.operation.record) >= 65536) Hit("record-big");
    if (!s_.policy.max_entries) return;
    const auto cap = static_cast<std::size_t>(*s_.policy.max_entries);
    const HeldEntry* held = s_.before.Find(id_);
    const bool overwrites = held != nullptr && IsLive(*held);
    const std::size_t live = LiveBefore();
    if (s_.first_write_after_smaller_cap && live >= cap) Hit("smaller-cap");
    if (overwrites && live == cap) Hit("overwrite-at-cap");
    const bool evicts = s_.policy.capabilities.overflow == Overflow::kEvictOldest;
    if (live < cap) Hit(evicts ? "below-cap" : "room-left");
    if (live < cap && s_.before.entries.size() >= cap && !overwrites) {
      Hit("expired-at-cap");
      if (live > 0) Hit("expired-beside-live");
    }
    if (!evicts) return;
    for (const HeldEntry& entry : s_.before.entries) {
      if (entry.id == id_ || !IsLive(entry) || s_.after.Find(entry.id) != nullptr) continue;
      Hit("eviction");
      const bool tied = std::any_of(
          s_.after.entries.begin(), s_.after.entries.end(), [&](const HeldEntry& other) {
            return other.created.IsExact() && other.created == entry.created;
          });
      if (tied) Hit("eviction-tie");
    }
  }

  // What is written takes the place of an entry that has expired.
  void OnExpired() {
    const HeldEntry* held = s_.before.Find(id_);
    if (held == nullptr || IsLive(*held)) return;
    if (!IsReopenedSince(s_.chronicle.Of(id_).step)) return;
    Hit("expired-reopened");
    if (s_.operation.kind == OpKind::kClaim) Hit("expired-claimed-reopened");
  }

  void OnRead() {
    OnAsked(id_);
    const auto& record = std::get<holdfast::Found>(*s_.result).record;
    if (record) OnRecord(id_, *record);
  }

  void OnRecord(const std::string& id, const Json& record) {
    const auto& falsy = FalsyRecords();
    if (IsReopenedSince(s_.chronicle.Of(id).step) &&
        std::find(falsy.begin(), falsy.end(), record) != falsy.end()) {
      Hit("falsy-reopened");
    }
    if (record.is_null()) Hit("null-record");
    if (record.is_structured() && !record.empty()) Hit("nested-record");
    if (HasEdgeNumber(record)) Hit("number-record");
  }

  [[nodiscard]] bool IsReopenedSince(std::size_t written) const {
    const auto since = [&](const std::optional<std::size_t>& step) {
      return step && *step >= written;
    };
    return since(s_.chronicle.last_restart()) || since(s_.chronicle.last_respawn()) ||
           since(s_.chronicle.last_kill());
  }

  // An id was asked for: what had become of it?
  void OnAsked(const std::string& id) {
    const Biography life = s_.chronicle.Of(id);
    if (life.fate == Fate::kConsumed) Hit("after-consume");
    if (life.fate == Fate::kCleared) Hit("after-clear");
    const HeldEntry* held = s_.before.Find(id);
    if (held == nullptr || life.fate != Fate::kRegistered) return;
    const auto since = [&](const std::optional<std::size_t>& step) {
      return step && *step >= life.step;
    };
    if (since(s_.chronicle.last_restart())) Hit("after-restart");
    if (since(s_.chronicle.last_respawn())) Hit("after-respawn");
    if (since(s_.chronicle.last_kill())) Hit("after-kill");
    const bool is_after_churn = s_.chronicle.writes() > life.writes_before + kChurn;
    if (is_after_churn) Hit("after-churn");
    if (!held->expires) return;
    const double early = held->expires->earliest - s_.now.latest;
    if (early == 0) Hit("expiry-exact");
    if (early == 1) Hit("expiry-before");
    if (early < 0) Hit("after-expiry");
    if (early <= 0 && is_after_churn) Hit("expired-after-churn");
    if (s_.policy.default_ttl_ms) Hit("default-ttl");
  }

  void OnEntries(const Listed& listed) {
    if (!listed.entries.empty()) Hit("entries-shown");
    if (listed.entries.size() > 1) Hit("entries-many");
    if (listed.entries.size() > kCrowd) Hit("entries-crowd");
    for (std::size_t i = 0; i + 1 < listed.entries.size(); ++i) {
      const HeldEntry* a = s_.before.Find(listed.entries[i].id);
      const HeldEntry* b = s_.before.Find(listed.entries[i + 1].id);
      if (a != nullptr && b != nullptr && a->created.IsExact() && a->created == b->created) {
        Hit("entries-tie");
        if (InSmallLetters(b->id) < InSmallLetters(a->id)) Hit("entries-tie-cased");
        if (Utf16PutsFirst(b->id, a->id)) Hit("entries-tie-wide");
      }
    }
    for (const Entry& entry : listed.entries) {
      OnRecord(entry.id, entry.record);
      if (s_.chronicle.Of(entry.id).ttl_ms > 4294967296.0) Hit("ttl-long");
      if (s_.chronicle.Of(entry.id).overwritten) Hit("overwrite-listed");
    }
    for (const HeldEntry& entry : s_.before.entries) OnAsked(entry.id);
  }

  const Sighting& s_;
  std::string id_;
  std::vector<std::string_view> met_;
};

}  // namespace

std::vector<std::string_view> SituationsOf(const Sighting& sighting) {
  return Collector(sighting).Run();
}

}  // namespace holdfast::conformance
