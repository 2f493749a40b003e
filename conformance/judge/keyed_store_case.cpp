#include "conformance/judge/keyed_store_case.h"

#include <algorithm>
#include <map>
#include <set>

#include "conformance/judge/record_numbers.h"
#include "conformance/linear/search.h"
#include "holdfast/spec/text.h"

namespace holdfast::conformance {
namespace {

enum class Standing {
  kMust,       // it has happened
  kMay,        // it may have happened
  kUnchanged,  // it says that it changed nothing, and the model need not agree that it should
};

Standing StandingOf(const RecordedCall& call) {
  if (!call.result) return Standing::kMay;
  if (*call.result) return Standing::kMust;
  const StoreError& error = call.result->error();
  if (error.effect == Effect::kUnknown) return Standing::kMay;
  switch (error.code) {
    case ErrorCode::kBusy:
    case ErrorCode::kIo:
    case ErrorCode::kDurability:
    case ErrorCode::kInternal:
      return Standing::kUnchanged;
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kTooLarge:
    case ErrorCode::kFull:
    case ErrorCode::kClosed:
    case ErrorCode::kUnsupported:
    case ErrorCode::kUnsafePath:
    case ErrorCode::kCorrupt:
    case ErrorCode::kVersionTooNew:
      return Standing::kMust;
  }
  return Standing::kMust;
}

// What changes nothing where time is steady, and says nothing.
bool IsIdle(const RecordedCall& call) {
  const OpKind kind = call.operation.kind;
  const Standing standing = StandingOf(call);
  return standing == Standing::kUnchanged ||
         (standing == Standing::kMay && (kind == OpKind::kLookup || kind == OpKind::kEntries));
}

bool IsBusy(const RecordedCall& call) { return call.result->error().code == ErrorCode::kBusy; }

// True where no order that real time allows has one time after a later one: when a call begins, no
// call with an earlier time is still open, and none had a later one.
bool IsSteady(const ConcurrentHistory& history) {
  std::map<int, std::vector<std::size_t>> open;  // by process, those that may still happen
  UnixMillis latest = -KeyedStoreState::kNoFloor;
  for (const ConcurrentEvent& event : history.events) {
    std::vector<std::size_t>& own = open[event.process];
    switch (event.kind) {
      case ConcurrentEvent::Kind::kCall: {
        const RecordedCall& call = history.calls[event.call];
        if (IsIdle(call)) break;
        if (call.invoked_ms != call.returned_ms || call.invoked_ms < latest) return false;
        if (call.invoked_ms > latest) {
          const bool none = std::all_of(open.begin(), open.end(),
                                        [](const auto& calls) { return calls.second.empty(); });
          if (!none) return false;
        }
        latest = call.invoked_ms;
        own.push_back(event.call);
        break;
      }
      case ConcurrentEvent::Kind::kReturn:
        if (StandingOf(history.calls[event.call]) != Standing::kMay) std::erase(own, event.call);
        break;
      case ConcurrentEvent::Kind::kCrash:
        break;
      case ConcurrentEvent::Kind::kReaped:
        own.clear();
        break;
    }
  }
  return true;
}

TimeKind TimeOf(const ConcurrentHistory& history) {
  if (IsSteady(history)) return TimeKind::kSteady;
  const bool expires =
      history.capabilities.ttl &&
      (history.default_ttl_ms ||
       std::any_of(history.calls.begin(), history.calls.end(),
                   [](const RecordedCall& call) { return call.operation.ttl_ms.has_value(); }));
  if (expires) return TimeKind::kOpen;
  const bool exact =
      std::all_of(history.calls.begin(), history.calls.end(),
                  [](const RecordedCall& call) { return call.invoked_ms == call.returned_ms; });
  return exact ? TimeKind::kTimeless : TimeKind::kTimelessIntervals;
}

KeyedStoreModel::Traits TraitsOf(const ConcurrentHistory& history) {
  KeyedStoreModel::Traits traits;
  traits.policy.capabilities = history.capabilities;
  traits.policy.default_ttl_ms = history.default_ttl_ms;
  if (history.capabilities.max_entries) traits.policy.max_entries = history.max_entries;
  traits.time = TimeOf(history);
  std::set<std::string_view> ids;
  for (const RecordedCall& call : history.calls) {
    if (TakesRecord(call.operation.kind)) ids.insert(TrimWhiteSpace(call.operation.id));
  }
  traits.cap_binds = traits.policy.max_entries &&
                     ids.size() > static_cast<std::size_t>(*traits.policy.max_entries);
  return traits;
}

}  // namespace

KeyedStoreCase::KeyedStoreCase(const ConcurrentHistory& history)
    : model_(KeyedStoreModel(TraitsOf(history))) {
  AddCalls(history);
  AddPoints(history);
}

void KeyedStoreCase::AddCalls(const ConcurrentHistory& history) {
  RecordNumbers numbers(history.capabilities);
  place_.resize(history.calls.size());
  for (std::size_t i = 0; i < history.calls.size(); ++i) {
    const RecordedCall& call = history.calls[i];
    const Standing standing = StandingOf(call);
    if (standing == Standing::kUnchanged) {
      if (!IsBusy(call)) failures_.push_back(i);
      continue;
    }
    KeyedStoreClass cls{numbers.Of(call.operation), {call.invoked_ms, call.returned_ms}, {}};
    if (standing == Standing::kMust) cls.result = numbers.Of(*call.result);
    const linear::ClassId number = model_.Intern(cls);
    const bool optional = standing == Standing::kMay;
    if (optional && model_.IsPure(number)) continue;
    place_[i] = static_cast<std::uint32_t>(timeline_.calls.size());
    timeline_.calls.push_back({number, call.process, optional, i});
  }
}

void KeyedStoreCase::AddPoints(const ConcurrentHistory& history) {
  using Kind = linear::Point::Kind;
  std::map<int, std::vector<std::uint32_t>> open;  // by process, the optional ones
  const auto add = [&](Kind kind, std::uint32_t call, std::size_t event) {
    timeline_.points.push_back({kind, call});
    events_.push_back(event);
  };
  for (std::size_t i = 0; i < history.events.size(); ++i) {
    const ConcurrentEvent& event = history.events[i];
    switch (event.kind) {
      case ConcurrentEvent::Kind::kCall:
        if (const auto place = place_[event.call]) {
          add(Kind::kCall, *place, i);
          if (timeline_.calls[*place].optional) open[event.process].push_back(*place);
        }
        break;
      case ConcurrentEvent::Kind::kReturn:
        if (const auto place = place_[event.call]; place && !timeline_.calls[*place].optional) {
          add(Kind::kReturn, *place, i);
        }
        break;
      case ConcurrentEvent::Kind::kCrash:
        break;
      case ConcurrentEvent::Kind::kReaped:
        for (const std::uint32_t call : open[event.process]) add(Kind::kDeadline, call, i);
        open[event.process].clear();
        break;
    }
  }
}

std::vector<std::optional<linear::ClassId>> KeyedStoreCase::ForgottenClasses() {
  std::vector<std::optional<linear::ClassId>> forgotten;
  for (const linear::Call& call : timeline_.calls) {
    KeyedStoreClass cls = model_.ClassOf(call.cls);
    cls.result.reset();
    const linear::ClassId number = model_.Intern(cls);
    forgotten.push_back(model_.IsPure(number) ? std::nullopt : std::optional(number));
  }
  return forgotten;
}

bool KeyedStoreCase::Replays(const std::vector<std::uint32_t>& witness) const {
  linear::Interned<KeyedStoreModel> fresh(model_.plain());
  linear::Timeline timeline = timeline_;
  for (linear::Call& call : timeline.calls) call.cls = fresh.Intern(model_.ClassOf(call.cls));
  return linear::IsWitness(timeline, fresh, witness);
}

}  // namespace holdfast::conformance
