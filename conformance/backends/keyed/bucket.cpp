#include "conformance/backends/keyed/bucket.h"

#include <array>
#include <cstring>
#include <limits>

#include "conformance/backends/keyed/refused.h"

namespace holdfast::conformance {
namespace {

// createdAt, expiresAt, the bytes of the id and of the record, in the machine's own order; then
// both.
using Head = std::array<std::int64_t, 4>;
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();

std::string_view Cut(std::string_view& bytes, std::int64_t count) {
  if (count < 0 || static_cast<std::uint64_t>(count) > bytes.size())
    Refuse(ErrorCode::kCorrupt, "what is kept under a key is no entry");
  const std::string_view cut = bytes.substr(0, static_cast<std::size_t>(count));
  bytes.remove_prefix(cut.size());
  return cut;
}

EntryView CutEntry(std::string_view& bytes) {
  Head head;
  std::memcpy(head.data(), Cut(bytes, sizeof head).data(), sizeof head);
  EntryView entry;
  entry.created_at = head[0];
  if (head[1] != kNever) entry.expires_at = head[1];
  entry.id = Cut(bytes, head[2]);
  entry.record = Cut(bytes, head[3]);
  return entry;
}

void Append(std::string& bucket, const EntryView& entry) {
  const Head head = {entry.created_at, entry.expires_at.value_or(kNever),
                     static_cast<std::int64_t>(entry.id.size()),
                     static_cast<std::int64_t>(entry.record.size())};
  bucket.append(reinterpret_cast<const char*>(head.data()), sizeof head);
  bucket.append(entry.id).append(entry.record);
}

}  // namespace

void ForEachIn(std::string_view bucket, const std::function<void(const EntryView&)>& visit) {
  while (!bucket.empty()) visit(CutEntry(bucket));
}

std::optional<EntryView> FindIn(std::string_view bucket, std::string_view id) {
  while (!bucket.empty()) {
    const EntryView entry = CutEntry(bucket);
    if (entry.id == id) return entry;
  }
  return std::nullopt;
}

std::string Without(std::string_view bucket, std::string_view id) {
  std::string rest;
  ForEachIn(bucket, [&](const EntryView& entry) {
    if (entry.id != id) Append(rest, entry);
  });
  return rest;
}

std::string With(std::string_view bucket, const KeptEntry& entry) {
  std::string whole = Without(bucket, entry.id);
  Append(whole, {entry.id, entry.record, entry.created_at, entry.expires_at});
  return whole;
}

}  // namespace holdfast::conformance
