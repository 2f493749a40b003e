// Why it is the same answer: nothing is taken over but a text that is head, members and tail, each
// member being what MakeEntry() writes of an entry that is valid by itself, ids ascending. That is
// FormatEnvelope() of these entries, which ParseEnvelope() reads back as these entries.
#include "reference/envelope_changes.h"

#include <optional>
#include <utility>

namespace holdfast::reference {
namespace {

bool Skip(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// The length of the string that the text begins with, quotes included; 0: it does not end.
std::size_t StringLength(std::string_view text) {
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '"') return at + 1;
    if (text[at] == '\\') ++at;
  }
  return 0;
}

// The length of the member `"id":{…}` that the text begins with, if it begins with one.
std::size_t MemberLength(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') {
      const std::size_t length = StringLength(text.substr(at));
      if (length == 0) return 0;
      at += length - 1;
    } else if (text[at] == '{') {
      ++depth;
    } else if (text[at] == '}') {
      if (depth == 0) return 0;
      if (--depth == 0) return at + 1;
    }
  }
  return 0;
}

// The entry of which a member is the text, where this store would write it just so.
HeldEntryPtr EntryOf(std::string_view member, const Limits& limits) {
  std::string text(kEnvelopeHead);
  text.append(member).append(kEnvelopeTail);
  auto alone = ParseEnvelope(text, limits);
  if (!alone || alone->size() != 1 || alone->front()->member != member) return nullptr;
  return std::move(alone->front());
}

// What a text holds that this store has written, as far as that is told at once.
std::optional<Contents> OwnContents(std::string_view text, const Limits& limits,
                                    const Contents& known) {
  if (!Skip(text, kEnvelopeHead)) return std::nullopt;
  Contents contents;
  contents.reserve(known.size() + 1);
  auto next = known.begin();
  while (text != kEnvelopeTail) {
    if (!contents.empty() && !Skip(text, ",")) return std::nullopt;
    const std::string_view member = text.substr(0, MemberLength(text));
    if (member.empty() || member.front() != '"') return std::nullopt;
    // An id with escapes is taken for another than it is, and then read anew.
    const std::string_view id = member.substr(1, StringLength(member) - 2);
    while (next != known.end() && std::string_view((*next)->id) < id) ++next;
    const bool is_known = next != known.end() && (*next)->member == member;
    HeldEntryPtr entry = is_known ? *next : EntryOf(member, limits);
    if (!entry || (!contents.empty() && contents.back()->id >= entry->id)) return std::nullopt;
    contents.push_back(std::move(entry));
    text.remove_prefix(member.size());
  }
  return contents;
}

}  // namespace

Expected<Contents, InvalidEnvelope> ParseEnvelope(std::string_view text, const Limits& limits,
                                                  const Contents& known) {
  if (auto own = OwnContents(text, limits, known)) return std::move(*own);
  return ParseEnvelope(text, limits);
}

}  // namespace holdfast::reference
