#include "conformance/check/chronicle.h"

#include <algorithm>

#include "conformance/program/values.h"
#include "holdfast/spec/text.h"

namespace holdfast::conformance {
namespace {

Fate FateOfRemoval(const Operation& operation, bool is_own_id, bool is_cap_smaller) {
  switch (operation.kind) {
    case OpKind::kConsume:
      return Fate::kConsumed;
    case OpKind::kDelete:
      return Fate::kDeleted;
    case OpKind::kClear:
      return Fate::kCleared;
    case OpKind::kRegister:
    case OpKind::kClaim:
      if (is_own_id) return Fate::kZeroTtl;
      return is_cap_smaller ? Fate::kEvictedBySmallerCap : Fate::kEvicted;
    case OpKind::kLookup:
    case OpKind::kEntries:
      return Fate::kLost;
  }
  return Fate::kLost;
}

bool IsSameEntry(const model::HeldEntry& a, const model::HeldEntry& b) {
  return a.record == b.record || *a.record == *b.record;
}

}  // namespace

void Chronicle::Tell(std::size_t step, const Operation& operation, const model::Instant& now,
                     const model::State& before, const model::State& after,
                     const model::Policy& policy) {
  const bool at_cap =
      policy.max_entries && before.entries.size() >= static_cast<std::size_t>(*policy.max_entries);
  const std::string own(TrimWhiteSpace(operation.id));
  const bool writes = TakesRecord(operation.kind);
  const model::HeldEntry* then = before.Find(own);
  const bool overwrites = then != nullptr && !then->lapsed;
  for (const model::HeldEntry& entry : before.entries) {
    Biography& biography = biographies_[entry.id];
    if (after.Find(entry.id) == nullptr) {
      biography.fate = FateOfRemoval(operation, entry.id == own, last_smaller_cap_.has_value());
      biography.step = step;
    } else if (writes && at_cap && entry.id != own) {
      (overwrites ? biography.overwrote_at_cap : biography.wrote_at_cap) = true;
    }
  }
  if (operation.kind == OpKind::kLookup) {
    if (const auto found = biographies_.find(own); found != biographies_.end()) {
      found->second.looked_up = now;
    }
  }
  if (!writes) return;
  const model::HeldEntry* held = after.Find(own);
  const auto ttl_ms = operation.ttl_ms ? operation.ttl_ms : policy.default_ttl_ms;
  if (ttl_ms == 0 && held == nullptr) {
    biographies_[own].fate = Fate::kZeroTtl;
    biographies_[own].step = step;
    biographies_[own].by_default = !operation.ttl_ms;
    biographies_[own].records.push_back(operation.record);
    return;
  }
  if (held == nullptr) return;
  // A claim that lost leaves the entry as it was.
  if (then != nullptr && operation.kind == OpKind::kClaim && IsSameEntry(*held, *then)) {
    biographies_[own].lost_claims.push_back(operation.record);
    biographies_[own].kept_from_claim = true;
    return;
  }
  last_smaller_cap_.reset();
  Biography& biography = biographies_[own];
  biography.overwritten = overwrites;
  biography.fate = Fate::kRegistered;
  biography.step = step;
  biography.writes_before = writes_++;
  biography.records.push_back(*held->record);
  biography.expired = held->expires;
  biography.written = now;
  biography.by_default = !operation.ttl_ms;
  biography.looked_up.reset();
  biography.kept_from_claim = false;
  biography.was_padded = own != operation.id;
  biography.ttl_ms = static_cast<double>(operation.ttl_ms.value_or(0));
  biography.from_file = false;
  biography.wrote_at_cap = false;
  biography.overwrote_at_cap = false;
}

void Chronicle::TellFile(std::size_t step, const model::State& after) {
  last_file_ = step;
  for (auto& [id, biography] : biographies_) {
    if (biography.fate == Fate::kRegistered && after.Find(id) == nullptr) {
      biography.fate = Fate::kLost;
      biography.step = step;
    }
  }
  for (const model::HeldEntry& entry : after.entries) {
    Biography& biography = biographies_[entry.id];
    biography.fate = Fate::kRegistered;
    biography.step = step;
    biography.records.push_back(*entry.record);
    biography.expired = entry.expires;
    biography.from_file = true;
  }
}

Biography Chronicle::Of(const std::string& id) const {
  const auto found = biographies_.find(id);
  return found == biographies_.end() ? Biography{} : found->second;
}

bool Chronicle::BeganAlike(const std::string& id, std::size_t since) const {
  return std::any_of(biographies_.begin(), biographies_.end(), [&](const auto& each) {
    return each.second.step > since && !each.second.records.empty() &&
           HasTheSameStart(each.first, id);
  });
}

std::optional<std::string> Chronicle::OwnerOf(const Json& record, const std::string& not_id) const {
  for (const auto& [id, biography] : biographies_) {
    if (id == not_id) continue;
    const auto& records = biography.records;
    if (std::find(records.begin(), records.end(), record) != records.end()) return id;
  }
  return std::nullopt;
}

}  // namespace holdfast::conformance
