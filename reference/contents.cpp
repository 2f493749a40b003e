#include "reference/contents.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace holdfast::reference {
namespace {

// std::string compares as unsigned bytes, which for UTF-8 is the order OPS-4 asks for.
template <typename AnyContents>
auto Position(AnyContents& contents, std::string_view id) {
  return std::lower_bound(contents.begin(), contents.end(), id,
                          [](const HeldEntryPtr& entry, std::string_view wanted) {
                            return entry->id.compare(wanted) < 0;
                          });
}

template <typename AnyEntry>
auto Age(const AnyEntry& entry) {
  return std::tie(entry.created_at, entry.id);
}

}  // namespace

const HeldEntry* Find(const Contents& contents, std::string_view id) {
  const auto at = Position(contents, id);
  return at != contents.end() && (*at)->id == id ? at->get() : nullptr;
}

const HeldEntry* FindLive(const Contents& contents, std::string_view id, UnixMillis now) {
  const HeldEntry* entry = Find(contents, id);
  return entry != nullptr && entry->IsLive(now) ? entry : nullptr;
}

void Put(Contents& contents, HeldEntryPtr entry) {
  const auto at = Position(contents, entry->id);
  if (at != contents.end() && (*at)->id == entry->id) {
    *at = std::move(entry);
  } else {
    contents.insert(at, std::move(entry));
  }
}

void Remove(Contents& contents, std::string_view id) {
  const auto at = Position(contents, id);
  if (at != contents.end() && (*at)->id == id) contents.erase(at);
}

void RemoveExpired(Contents& contents, UnixMillis now) {
  std::erase_if(contents, [&](const HeldEntryPtr& entry) { return !entry->IsLive(now); });
}

void EvictOldest(Contents& contents, std::size_t max_entries, std::string_view kept) {
  if (contents.size() <= max_entries) return;
  const std::size_t too_many = contents.size() - max_entries;
  Contents candidates;
  std::copy_if(contents.begin(), contents.end(), std::back_inserter(candidates),
               [&](const HeldEntryPtr& entry) { return entry->id != kept; });
  const auto evicted_end = candidates.begin() + static_cast<std::ptrdiff_t>(too_many);
  std::partial_sort(candidates.begin(), evicted_end, candidates.end(),
                    [](const HeldEntryPtr& a, const HeldEntryPtr& b) { return Age(*a) < Age(*b); });
  for (auto evicted = candidates.begin(); evicted != evicted_end; ++evicted)
    Remove(contents, (*evicted)->id);
}

UnixMillis NextCreatedAt(const Contents& contents, std::int64_t now) {
  auto created_at = static_cast<UnixMillis>(now);
  for (const HeldEntryPtr& entry : contents) created_at = std::max(created_at, entry->created_at);
  return created_at;
}

std::vector<Entry> List(const Contents& contents, UnixMillis now) {
  std::vector<Entry> entries;
  for (const HeldEntryPtr& entry : contents) {
    if (entry->IsLive(now))
      entries.push_back({entry->id, entry->record, entry->created_at, entry->expires_at});
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.created_at, a.id) < std::tie(b.created_at, b.id);
  });
  return entries;
}

}  // namespace holdfast::reference
