#include "conformance/check/describe.h"

#include <cmath>

#include "conformance/program/program.h"

namespace holdfast::conformance {
namespace {

std::string BriefTime(UnixMillis time) {
  const bool integral = std::trunc(time) == time && std::abs(time) < 1e18;
  return integral ? std::to_string(static_cast<std::int64_t>(time)) : Brief(time);
}

// A listing of many entries is told by its first, its last and their number.
template <typename Entries, typename Tell>
std::string Listing(const Entries& entries, const Tell& tell) {
  constexpr std::size_t kMost = 40;
  constexpr std::size_t kFirst = 8;
  constexpr std::size_t kLast = 4;
  const bool is_cut = entries.size() > kMost;
  std::string text;
  for (std::size_t at = 0; at < entries.size(); ++at) {
    if (at > 0) text += ", ";
    if (is_cut && at == kFirst) {
      at = entries.size() - kLast;
      text += "…(" + std::to_string(at - kFirst) + " more)…, ";
    }
    text += tell(entries[at]);
  }
  return "[" + text + "]" + (is_cut ? " of " + std::to_string(entries.size()) + " entries" : "");
}

struct AnswerDescriber {
  std::string operator()(const Done&) const { return "done"; }
  std::string operator()(const Found& found) const {
    return found.record ? Brief(*found.record) : "absent";
  }
  std::string operator()(const Listed& listed) const {
    return Listing(listed.entries, [](const Entry& entry) {
      std::string text = Brief(entry.id, 24) + ": " + Brief(entry.record, 24);
      if (entry.created_at) text += " @" + BriefTime(*entry.created_at);
      if (entry.expires_at) text += " until " + BriefTime(*entry.expires_at);
      return text;
    });
  }
  std::string operator()(const Claimed& claimed) const {
    return claimed.claimed ? "claimed" : "not claimed";
  }
  std::string operator()(const Existed& existed) const {
    return existed.existed ? "existed" : "did not exist";
  }
};

struct AllowedDescriber {
  std::string operator()(const Answer& answer) const {
    return std::visit(AnswerDescriber{}, answer);
  }
  std::string operator()(const model::Refusal& refusal) const {
    std::string text = "refused with " + std::string(ErrorCodeName(refusal.code));
    if (!refusal.field.empty()) text += " (" + refusal.field + ")";
    return text;
  }
  std::string operator()(const model::ExpectedListing& listing) const {
    return Listing(listing.entries, [&](const model::ExpectedEntry& item) {
      std::string text = Brief(item.entry.id, 24) + ": " + Brief(*item.entry.record, 24);
      if (listing.shows_created_at && item.entry.created.IsExact()) {
        text += " @" + BriefTime(item.entry.created.earliest);
      }
      if (item.entry.expires && item.entry.expires->IsExact()) {
        text += " until " + BriefTime(item.entry.expires->earliest);
      }
      if (!item.must) text += " (perhaps)";
      return text;
    });
  }
};

}  // namespace

std::string Describe(const Result& result) {
  if (result) return std::visit(AnswerDescriber{}, *result);
  const StoreError& error = result.error();
  std::string text = "error " + std::string(ErrorCodeName(error.code));
  if (!error.field.empty()) text += " (" + error.field + ")";
  if (error.effect == Effect::kUnknown) text += ", effect unknown";
  return error.message.empty() ? text : text + ": " + Brief(error.message, 120);
}

std::string Describe(const model::Allowed& allowed) {
  return std::visit(AllowedDescriber{}, allowed);
}

}  // namespace holdfast::conformance
