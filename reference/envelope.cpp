#include "reference/envelope.h"

#include <atomic>
#include <cmath>
#include <utility>

#include "holdfast/spec/json_size.h"
#include "reference/envelope_reader.h"
#include "reference/grammar.h"

namespace holdfast::reference {
namespace {

std::atomic<std::uint64_t> envelopes_parsed{0};

// Times are integers wherever this store made them; others are written as they were read.
std::string TimeText(UnixMillis time) {
  const bool integral =
      std::abs(time) <= static_cast<double>(kMaxSafeInteger) && std::trunc(time) == time;
  return integral ? std::to_string(static_cast<std::int64_t>(time)) : Json(time).dump();
}

// Appends the id as a JSON string. One that needs no escapes, as most, is spared the library's
// writer.
void AppendId(std::string& text, const std::string& id) {
  if (CompactBytesOfText(id) == id.size() + 2) {
    (text += '"').append(id) += '"';
  } else {
    text += Json(id).dump();
  }
}

InvalidEnvelope NotJson(std::string detail) {
  return {QuarantineReason::kCorrupt, std::nullopt, "not JSON: " + std::move(detail)};
}

}  // namespace

Expected<Contents, InvalidEnvelope> ParseEnvelope(std::string_view text, const Limits& limits) {
  envelopes_parsed.fetch_add(1, std::memory_order_relaxed);
  // The parser takes a NUL byte for the end of the text and passes over a byte order mark; the
  // grammar knows neither.
  if (text.find('\0') != std::string_view::npos) return Unexpected(NotJson("it has a NUL byte"));
  if (text.substr(0, 3) == "\xEF\xBB\xBF")
    return Unexpected(NotJson("it begins with a byte order mark"));
  EnvelopeReader reader(limits, {});
  if (Json::sax_parse(text, &reader)) return reader.Finish();
  const HarmlessText harmless = ReplaceOddTokens(text);
  if (harmless.odd_tokens.empty()) return Unexpected(NotJson(reader.parse_error()));
  EnvelopeReader second(limits, harmless.odd_tokens);
  if (Json::sax_parse(harmless.text, &second)) return second.Finish();
  return Unexpected(NotJson(second.parse_error()));
}

HeldEntryPtr MakeEntry(std::string id, Json record, const std::string& record_text,
                       UnixMillis created_at, std::optional<UnixMillis> expires_at) {
  std::string member;
  constexpr std::size_t kRest = 80;  // names and times, as they mostly are
  member.reserve(id.size() + record_text.size() + kRest);
  AppendId(member, id);
  member.append(R"(:{"record":)").append(record_text);
  member.append(R"(,"createdAt":)").append(TimeText(created_at));
  if (expires_at) member.append(R"(,"expiresAt":)").append(TimeText(*expires_at));
  member += '}';
  return std::make_shared<const HeldEntry>(
      HeldEntry{std::move(id), std::move(record), created_at, expires_at, std::move(member)});
}

std::size_t EnvelopeBytes(const Contents& contents) {
  std::size_t bytes =
      kEnvelopeHead.size() + kEnvelopeTail.size() + (contents.empty() ? 0 : contents.size() - 1);
  for (const HeldEntryPtr& entry : contents) bytes += entry->member.size();
  return bytes;
}

std::string FormatEnvelope(const Contents& contents) {
  std::string text;
  text.reserve(EnvelopeBytes(contents));
  text += kEnvelopeHead;
  bool first = true;
  for (const HeldEntryPtr& entry : contents) {
    if (!first) text += ',';
    first = false;
    text += entry->member;
  }
  text += kEnvelopeTail;
  return text;
}

std::uint64_t EnvelopesParsed() { return envelopes_parsed.load(std::memory_order_relaxed); }

}  // namespace holdfast::reference
