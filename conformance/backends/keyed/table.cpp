#include "conformance/backends/keyed/table.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "conformance/backends/keyed/checks.h"

namespace holdfast::conformance {
namespace {

// FNV-1a, 64 bits. Ids of one hash share a bucket, so it has to be neither strong nor secret.
std::uint64_t HashOf(std::string_view text) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return hash;
}

// No id begins with the byte FF: it is not UTF-8.
std::string KeyOf(const Table& table, const std::string& id) {
  if (id.size() <= table.MaxKeyBytes()) return id;
  const std::uint64_t hash = HashOf(id);
  return '\xFF' + std::string(reinterpret_cast<const char*>(&hash), sizeof hash);
}

void Erase(Table& table, const std::string& id) {
  const std::string key = KeyOf(table, id);
  table.Set(key, Without(table.Get(key), id));
}

// What a register has to know of all entries.
struct Survey {
  std::int64_t newest = std::numeric_limits<std::int64_t>::min();
  bool has_live_own = false;
  std::vector<std::string> expired;
  std::vector<std::pair<std::int64_t, std::string>> others;  // live: createdAt and id
};

Survey Look(Table& table, const std::string& own, std::int64_t now) {
  Survey survey;
  table.ForEachBucket([&](std::string_view bucket) {
    ForEachIn(bucket, [&](const EntryView& entry) {
      survey.newest = std::max(survey.newest, entry.created_at);
      if (!entry.IsLive(now)) {
        survey.expired.emplace_back(entry.id);
      } else if (entry.id == own) {
        survey.has_live_own = true;
      } else {
        survey.others.emplace_back(entry.created_at, entry.id);
      }
    });
  });
  return survey;
}

}  // namespace

bool PutInto(Table& table, const PutCall& put, std::int64_t max_entries, std::int64_t now) {
  const auto expires_at = ExpiryAfter(put.ttl_ms, now);
  Survey survey = Look(table, put.id, now);
  if (put.only_if_absent && survey.has_live_own) return false;
  for (const std::string& id : survey.expired) Erase(table, id);
  const bool is_kept = put.ttl_ms != 0;
  if (is_kept) {
    const std::string key = KeyOf(table, put.id);
    table.Set(key,
              With(table.Get(key), {put.id, put.record, std::max(now, survey.newest), expires_at}));
  } else if (survey.has_live_own) {
    Erase(table, put.id);
  }
  const auto live = static_cast<std::int64_t>(survey.others.size()) + (is_kept ? 1 : 0);
  if (live <= max_entries) return true;
  const auto too_many = survey.others.begin() + (live - max_entries);
  std::partial_sort(survey.others.begin(), too_many, survey.others.end());
  std::for_each(survey.others.begin(), too_many,
                [&](const auto& oldest) { Erase(table, oldest.second); });
  return true;
}

std::optional<std::string> PeekIn(Table& table, const std::string& id, std::int64_t now) {
  const std::string bucket = table.Get(KeyOf(table, id));
  const auto entry = FindIn(bucket, id);
  if (!entry || !entry->IsLive(now)) return std::nullopt;
  return std::string(entry->record);
}

std::optional<std::string> TakeFrom(Table& table, const std::string& id, std::int64_t now) {
  auto record = PeekIn(table, id, now);
  if (record) Erase(table, id);
  return record;
}

std::vector<KeptEntry> ListOf(Table& table, std::int64_t now) {
  std::vector<KeptEntry> list;
  table.ForEachBucket([&](std::string_view bucket) {
    ForEachIn(bucket, [&](const EntryView& entry) {
      if (entry.IsLive(now)) list.push_back(entry.Kept());
    });
  });
  std::sort(list.begin(), list.end(), [](const KeptEntry& a, const KeptEntry& b) {
    return std::tie(a.created_at, a.id) < std::tie(b.created_at, b.id);
  });
  return list;
}

}  // namespace holdfast::conformance
