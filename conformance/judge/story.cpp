#include "conformance/judge/story.h"

#include <algorithm>
#include <map>
#include <set>

#include "holdfast/spec/text.h"

namespace holdfast::conformance {

Story::Story(const ConcurrentHistory& history, std::vector<std::size_t> facts, std::size_t last)
    : history_(history),
      facts_(std::move(facts)),
      impossible_(last),
      begin_(history.calls.size(), 0),
      end_(history.calls.size(), SIZE_MAX) {
  std::map<int, std::size_t> open;
  for (std::size_t at = 0; at < history.events.size(); ++at) {
    const ConcurrentEvent& event = history.events[at];
    if (event.kind == ConcurrentEvent::Kind::kCall) {
      begin_[event.call] = at;
      open[event.process] = event.call;
    } else if (event.kind == ConcurrentEvent::Kind::kReturn) {
      end_[event.call] = at;
      open.erase(event.process);
    } else if (event.kind == ConcurrentEvent::Kind::kReaped && open.contains(event.process)) {
      end_[open[event.process]] = at;
      open.erase(event.process);
    }
  }
  if (!Observes(last)) {
    std::optional<std::size_t> latest;
    for (const std::size_t fact : facts_) {
      if (Observes(fact) && (!latest || end_[*latest] < end_[fact])) latest = fact;
    }
    impossible_ = latest.value_or(last);
  }
  std::set<std::string_view> ids;
  for (std::size_t call = 0; call < history.calls.size(); ++call) {
    if (TakesRecord(Call(call).operation.kind)) ids.insert(Id(call));
  }
  cap_binds_ = history.capabilities.max_entries &&
               ids.size() > static_cast<std::size_t>(history.max_entries);
}

bool Story::Observes(std::size_t call) const {
  const auto& result = Call(call).result;
  return result && (!*result || !std::holds_alternative<Done>(**result));
}

bool Story::HasCrashBetween(std::size_t a, std::size_t b) const {
  std::set<int> running;
  for (std::size_t at = 0; at < std::min(end_[b], history_.events.size()); ++at) {
    const ConcurrentEvent& event = history_.events[at];
    if (event.kind == ConcurrentEvent::Kind::kCall) running.insert(event.process);
    if (event.kind == ConcurrentEvent::Kind::kReturn) running.erase(event.process);
    if (event.kind != ConcurrentEvent::Kind::kCrash || at < end_[a]) continue;
    if (running.contains(event.process) || event.process == Call(a).process) return true;
  }
  return false;
}

std::string_view Story::Id(std::size_t call) const {
  return TrimWhiteSpace(Call(call).operation.id);
}

bool Story::IsAcknowledged(std::size_t call) const {
  return Call(call).result && *Call(call).result;
}

bool Story::MayHaveHappened(std::size_t call) const {
  const auto& result = Call(call).result;
  return !result || *result || result->error().effect == Effect::kUnknown;
}

std::optional<Json> Story::Saw(std::size_t call, std::string_view id) const {
  if (!IsAcknowledged(call)) return std::nullopt;
  const Answer& answer = **Call(call).result;
  if (const auto* found = std::get_if<Found>(&answer); found != nullptr && Id(call) == id) {
    return found->record;
  }
  if (const auto* listed = std::get_if<Listed>(&answer)) {
    for (const Entry& entry : listed->entries) {
      if (entry.id == id) return entry.record;
    }
  }
  return std::nullopt;
}

bool Story::SawAbsent(std::size_t call, std::string_view id) const {
  if (!IsAcknowledged(call) || Saw(call, id)) return false;
  const Answer& answer = **Call(call).result;
  if (std::holds_alternative<Listed>(answer)) return true;
  if (Id(call) != id) return false;
  return std::holds_alternative<Found>(answer) || answer == Answer(Existed{false}) ||
         answer == Answer(Claimed{true});
}

std::vector<std::size_t> Story::Producers(const Json& record,
                                          std::optional<std::string_view> id) const {
  std::vector<std::size_t> producers;
  for (std::size_t call = 0; call < history_.calls.size(); ++call) {
    const Operation& operation = Call(call).operation;
    if (!TakesRecord(operation.kind) || operation.record != record) continue;
    if (id && Id(call) != *id) continue;
    const bool lost = IsAcknowledged(call) && **Call(call).result == Answer(Claimed{false});
    if (MayHaveHappened(call) && !lost) producers.push_back(call);
  }
  return producers;
}

std::optional<UnixMillis> Story::ExpiresBy(std::size_t call) const {
  if (!history_.capabilities.ttl) return std::nullopt;
  const auto ttl =
      Call(call).operation.ttl_ms ? Call(call).operation.ttl_ms : history_.default_ttl_ms;
  if (!ttl) return std::nullopt;
  return Call(call).returned_ms + static_cast<UnixMillis>(*ttl);
}

std::size_t Story::OtherIdsBetween(std::size_t a, std::size_t b) const {
  std::set<std::string_view> ids;
  for (std::size_t call = 0; call < history_.calls.size(); ++call) {
    const bool writes = TakesRecord(Call(call).operation.kind) && MayHaveHappened(call);
    if (writes && Id(call) != Id(a) && end_[call] > begin_[a] && begin_[call] < end_[b]) {
      ids.insert(Id(call));
    }
  }
  return ids.size();
}

bool Story::MayHaveEvictedBetween(std::size_t a, std::size_t b) const {
  std::set<std::string_view> ids;
  for (std::size_t call = 0; call < history_.calls.size(); ++call) {
    const bool writes = TakesRecord(Call(call).operation.kind) && MayHaveHappened(call);
    if (writes && begin_[call] < end_[b]) ids.insert(Id(call));
  }
  return history_.capabilities.max_entries &&
         history_.capabilities.overflow == Overflow::kEvictOldest &&
         ids.size() > static_cast<std::size_t>(history_.max_entries) && OtherIdsBetween(a, b) > 0;
}

}  // namespace holdfast::conformance
