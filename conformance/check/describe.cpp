#include "conformance/check/describe.h"

#include <cmath>

#include "conformance/program/program.h"

namespace holdfast::conformance {
namespace {

std::string BriefTime(UnixMillis time) {
  const bool integral = std::trunc(time) == time && std::abs(time) < 1e18;
  return integral ? std::to_string(static_cast<std::int64_t>(time)) : Brief(time);
}

struct AnswerDescriber {
  std::string operator()(const Done&) const { return "done"; }
  std::string operator()(const Found& found) const {
    return found.record ? Brief(*found.record) : "absent";
  }
  std::string operator()(const Listed& listed) const {
    std::string text;
    for (const Entry& entry : listed.entries) {
      text += (text.empty() ? "" : ", ") + Brief(entry.id, 24) + ": " + Brief(entry.record, 24);
      if (entry.created_at) text += " @" + BriefTime(*entry.created_at);
    }
    return "[" + text + "]";
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
    std::vector<model::ExpectedEntry> entries = listing.entries;
    std::string text;
    for (const model::ExpectedEntry& item : entries) {
      text += (text.empty() ? "" : ", ") + Brief(item.entry.id, 24) + ": " +
              Brief(*item.entry.record, 24);
      if (listing.shows_created_at && item.entry.created.IsExact()) {
        text += " @" + BriefTime(item.entry.created.earliest);
      }
      if (!item.must) text += " (perhaps)";
    }
    return "[" + text + "]";
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
