#include "conformance/check/causes.h"

#include <algorithm>
#include <cmath>

#include "conformance/program/program.h"
#include "conformance/program/values.h"
#include "holdfast/spec/text.h"

namespace holdfast::conformance {
namespace {

constexpr double kTwoTo32 = 4294967296.0;

bool HasNumber(const Json& value) {
  if (value.is_number()) return true;
  return value.is_structured() &&
         std::any_of(value.begin(), value.end(), [](const Json& item) { return HasNumber(item); });
}

// True where `value` is `model` but for its numbers.
bool DiffersInNumbersOnly(const Json& value, const Json& model) {
  if (model.is_number() && value.is_number()) return true;
  if (value.type() != model.type() || value.size() != model.size()) return false;
  if (!model.is_structured()) return value == model;
  if (model.is_object()) {
    return std::all_of(model.items().begin(), model.items().end(), [&](const auto& member) {
      return value.contains(member.key()) &&
             DiffersInNumbersOnly(value[member.key()], member.value());
    });
  }
  for (std::size_t i = 0; i < model.size(); ++i) {
    if (!DiffersInNumbersOnly(value[i], model[i])) return false;
  }
  return true;
}

// What is left once everything is trimmed that anybody takes for white space.
std::string_view TrimAll(std::string_view id) {
  for (std::string_view before; before != id;) {
    before = id;
    id = TrimWhiteSpace(id);
    for (const std::string& space : NearWhiteSpace()) {
      if (id.substr(0, space.size()) == space) id.remove_prefix(space.size());
      if (id.size() >= space.size() && id.substr(id.size() - space.size()) == space) {
        id.remove_suffix(space.size());
      }
    }
  }
  return id;
}

bool IsFalsy(const Json& record) {
  const auto& falsy = FalsyRecords();
  return std::find(falsy.begin(), falsy.end(), record) != falsy.end();
}

// The entry would have expired by `now` if its ttl had been cut to 32 bits.
bool IsCutTtlOver(const Biography& life, model::Instant now) {
  if (!life.expired || life.ttl_ms < kTwoTo32 / 2) return false;
  const double registered = life.expired->latest - life.ttl_ms;
  return now.latest >= registered + std::fmod(life.ttl_ms, kTwoTo32);
}

// Whether a lookup that starts the ttl anew accounts for an entry that is still live at `now`.
bool WouldHaveBeenRenewed(const Biography& life, const model::Instant& now) {
  if (!life.looked_up || !life.expired || life.looked_up->latest <= life.written.earliest) {
    return false;
  }
  const double ttl_ms = life.expired->latest - life.written.latest;
  return now.earliest < life.looked_up->latest + ttl_ms;
}

}  // namespace

Clauses ExpiryClauses(const Biography& life) {
  if (life.by_default) return {"TTL-1", "TTL-2"};
  return {life.expired ? "TTL-2" : "OPS-1"};
}

bool EndsInNearWhiteSpace(std::string_view id) { return TrimAll(id) != TrimWhiteSpace(id); }

std::optional<std::string> Causes::AfterProcess(std::size_t since) const {
  const auto later = [&](const std::optional<std::size_t>& step) { return step && *step >= since; };
  if (later(c_.chronicle.last_kill())) return "DUR-2";
  if (later(c_.chronicle.last_respawn()) || later(c_.chronicle.last_restart())) return "DUR-1";
  return std::nullopt;
}

bool Causes::IsAnothers(const std::string& id, const Json& record) const {
  return c_.chronicle.OwnerOf(record, id) ||
         std::any_of(c_.neighbours.begin(), c_.neighbours.end(), [&](const Chronicle* neighbour) {
           return neighbour->OwnerOf(record, "").has_value();
         });
}

bool Causes::ANeighbourHolds(const std::string& id) const {
  return std::any_of(c_.neighbours.begin(), c_.neighbours.end(), [&](const Chronicle* neighbour) {
    return neighbour->Of(id).fate == Fate::kRegistered;
  });
}

std::optional<Name> Causes::TrimmedTooFar(const std::string& id) const {
  const auto& entries = c_.states.front().entries;
  const bool is_there =
      std::any_of(entries.begin(), entries.end(), [&](const model::HeldEntry& entry) {
        return entry.id != id && TrimAll(entry.id) == TrimAll(id);
      });
  if (!is_there) return std::nullopt;
  return Name{{"INP-2", "INP-5"}, "an id was trimmed of more than white space"};
}

double Causes::TimeOf(const std::string& id) const {
  const model::HeldEntry* held = c_.states.front().Find(id);
  return held == nullptr ? 0 : held->created.earliest;
}

std::optional<Name> Causes::WhyMissing(const std::string& id) const {
  const Biography life = c_.chronicle.Of(id);
  const auto process = AfterProcess(life.step);
  if (!life.records.empty() && IsFalsy(life.records.back())) {
    Name name{{"REC-1"}, "a record that is falsy is taken for none"};
    if (life.records.back().is_null()) name.title = "a null record is taken for none";
    if (process) name.clauses.push_back(*process);
    return name;
  }
  const bool asked_with_padding = TrimWhiteSpace(c_.operation.id) != c_.operation.id;
  if (life.was_padded != asked_with_padding) {
    return Name{{"INP-2", "OPS-1"}, "white space around an id makes it another"};
  }
  if (c_.chronicle.BeganAlike(id, life.step)) {
    return Name{{"INP-5", "OPS-1"}, "an id took the place of another that begins like it"};
  }
  if (c_.chronicle.last_smaller_cap()) {
    return Name{{"CAP-4", "DUR-1"}, "a smaller cap took an entry away before anything was written"};
  }
  if (const auto visit = c_.chronicle.last_visit(); visit && *visit > life.step) {
    return Name{{"OPS-8", process.value_or("DUR-1")}, "lost while another namespace was open"};
  }
  if (process) {
    return Name{{*process},
                *process == "DUR-2" ? "acknowledged, and lost by a kill between operations"
                                    : "acknowledged, and lost over a restart"};
  }
  if (life.from_file) return Name{{"FILE-2", "FILE-4"}, "an entry of a legal file is missing"};
  if (auto name = WhyMissingByCap(life)) return name;
  return WhyMissingByTime(id, life);
}

std::optional<Name> Causes::WhyMissingByCap(const Biography& life) const {
  if (life.overwrote_at_cap && !life.wrote_at_cap) {
    return Name{{"CAP-2"}, "an overwrite at the cap drove out another entry"};
  }
  if (life.wrote_at_cap) return Name{{"CAP-1", "CAP-2"}, "the wrong entry was evicted"};
  return std::nullopt;
}

std::optional<Name> Causes::WhyMissingByTime(const std::string& id, const Biography& life) const {
  if (IsCutTtlOver(life, c_.now)) return Name{{"TTL-3", "TTL-2"}, "a long ttl was cut short"};
  if (life.expired && life.expired->earliest - c_.now.latest <= c_.now.latest - TimeOf(id)) {
    return Name{ExpiryClauses(life), "an entry is gone before its time"};
  }
  if (life.looked_up) return Name{{"OPS-2"}, "a lookup took the entry away"};
  if (const auto back = c_.chronicle.last_clock_back(); back && *back <= life.step) {
    return Name{{"CLK-2"}, "an entry registered after the clock stepped back is not visible"};
  }
  return std::nullopt;
}

Name Causes::Missing(const std::string& id) const {
  if (auto name = WhyMissing(id)) return std::move(*name);
  const Biography life = c_.chronicle.Of(id);
  if (c_.operation.kind == OpKind::kEntries) {
    return {{"OPS-4"}, "a listing leaves out a live entry"};
  }
  if (life.expired) return {ExpiryClauses(life), "an entry is gone before its time"};
  if (!c_.neighbours.empty()) return {{"OPS-8", "OPS-1"}, "a live entry is missing"};
  return {{"OPS-1", "INP-5"}, "a registered entry is missing"};
}

Name Causes::Unwanted(const std::string& id, const std::optional<Json>& record) const {
  const Biography life = c_.chronicle.Of(id);
  const bool is_its_own =
      !record || std::find(life.records.begin(), life.records.end(), *record) != life.records.end();
  if (!is_its_own) return Phantom(id, *record);
  switch (life.fate) {
    case Fate::kConsumed:
      if (const auto clause = AfterProcess(life.step)) {
        return {{*clause, "OPS-3"}, "a consumed entry is back after a restart"};
      }
      return {{"OPS-3"},
              c_.operation.kind == OpKind::kConsume ? "one entry was consumed twice"
                                                    : "a consumed entry is still there"};
    case Fate::kDeleted:
      return {{"OPS-7"}, "a deleted entry is still there"};
    case Fate::kCleared:
      return {{"OPS-5"}, "a cleared entry is still there"};
    case Fate::kEvicted:
      if (AfterProcess() && !AfterProcess(life.step)) {
        return {{"CAP-4", "CAP-1"}, "an entry is there that the cap of this opening forbids"};
      }
      return {{"CAP-1"}, "an entry is there that should have been evicted"};
    case Fate::kEvictedBySmallerCap:
      return {{"CAP-4", "CAP-1"}, "a smaller cap has not taken effect"};
    case Fate::kZeroTtl:
      if (life.by_default) {
        return {{"TTL-4", "TTL-1"}, "an entry registered with a default ttl of 0 is there"};
      }
      return {{"TTL-4"}, "an entry registered with ttl 0 is there"};
    case Fate::kRegistered:
      return StillLive(life);
    case Fate::kLost:
      return {{"QUA-1", "FILE-1"}, "an entry is there that the store's file does not hold"};
    case Fate::kNever:
      return {{}, "an entry is there that was never registered"};
  }
  return {};
}

Name Causes::StillLive(const Biography& life) const {
  Clauses clauses = ExpiryClauses(life);
  if (life.kept_from_claim) {
    clauses.insert(clauses.begin(), "OPS-6");
    return {std::move(clauses), "a claim that lost kept an entry alive"};
  }
  if (WouldHaveBeenRenewed(life, c_.now)) {
    clauses.insert(clauses.begin(), "OPS-2");
    return {std::move(clauses), "a lookup kept an entry alive"};
  }
  return {std::move(clauses), "an expired entry is visible"};
}

Name Causes::Phantom(const std::string& id, const Json& record) const {
  if (const auto owner = c_.chronicle.OwnerOf(record, id)) {
    const std::string note = "the record of " + Brief(*owner);
    if (TrimWhiteSpace(id) == *owner) {
      return {{"INP-2"}, "white space around an id was kept", note};
    }
    if (TrimAll(id) == TrimAll(*owner)) {
      return {{"INP-2", "INP-5"}, "an id was trimmed of more than white space", note};
    }
    return {{"INP-5"}, "an id answers with the record of another", note};
  }
  for (const Chronicle* neighbour : c_.neighbours) {
    if (neighbour->OwnerOf(record, "")) return {{"OPS-8"}, "a record of another namespace"};
  }
  return {{"OPS-1", "REC-1"}, "a record that nobody wrote"};
}

Name Causes::WrongRecord(const std::string& id, const Json& expected, const Json& got) const {
  const Biography life = c_.chronicle.Of(id);
  if (std::find(life.records.begin(), life.records.end(), got) != life.records.end()) {
    const auto clause = AfterProcess(life.step);
    if (clause) return {{*clause, "OPS-1"}, "an overwritten record is back after a restart"};
    return {{"OPS-1", "OPS-6"}, "an overwritten record is still there"};
  }
  if (std::find(life.lost_claims.begin(), life.lost_claims.end(), got) != life.lost_claims.end()) {
    return {{"OPS-6"}, "a claim that lost wrote all the same"};
  }
  if (IsAnothers(id, got)) return Phantom(id, got);
  if (HasNumber(expected) && DiffersInNumbersOnly(got, expected)) {
    return {{"REC-2"}, "a number did not come back exactly"};
  }
  return {{"REC-1", "REC-2"}, "a record did not come back as it was written"};
}

std::optional<Name> Causes::WrongTimes(const model::HeldEntry& held, const Entry& shown,
                                       bool shows_created_at) const {
  const Biography life = c_.chronicle.Of(held.id);
  const Name renewed_by_claim{{"OPS-6"}, "a claim that lost changed the times of the entry"};
  if (!shown.created_at) {
    if (shows_created_at) {
      return Name{{"OPS-4"}, "a listing without the createdAt that is claimed"};
    }
  } else if (!held.created.Holds(*shown.created_at)) {
    if (const auto clause = AfterProcess(life.step)) {
      return Name{{*clause}, "createdAt changed over a restart"};
    }
    if (life.from_file) return Name{{"FILE-4"}, "a createdAt is not the one in the file"};
    if (life.kept_from_claim) return renewed_by_claim;
    if (life.looked_up) return Name{{"OPS-2"}, "a lookup changed createdAt"};
    if (c_.chronicle.last_clock_back()) {
      return Name{{"CLK-2", "OPS-1"}, "createdAt does not follow the newest"};
    }
    if (life.overwritten) return Name{{"OPS-1"}, "an overwrite kept the old createdAt"};
    return Name{{"OPS-1", "CLK-2"}, "createdAt is not the time of the register"};
  }
  if (!shown.expires_at || (held.expires && held.expires->Holds(*shown.expires_at))) {
    return std::nullopt;
  }
  if (life.from_file) return Name{{"FILE-4"}, "an expiresAt is not the one in the file"};
  if (life.kept_from_claim) return renewed_by_claim;
  if (!held.expires) return Name{{"TTL-1", "OPS-1"}, "an entry without a ttl shows an expiry"};
  if (life.looked_up) return Name{{"OPS-2"}, "a lookup renewed the expiry"};
  if (life.by_default) {
    return Name{{"TTL-1", "TTL-2"}, "expiresAt is not the register's time and the default ttl"};
  }
  if (life.ttl_ms >= kTwoTo32 / 2 && *shown.expires_at < held.expires->earliest) {
    return Name{{"TTL-3", "TTL-2"}, "a long ttl was cut short"};
  }
  return Name{{"TTL-2", "OPS-1"}, "expiresAt is not the register's time and its ttl"};
}

}  // namespace holdfast::conformance
