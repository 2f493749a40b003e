#include "conformance/judge/keyed_store_case.h"

#include <algorithm>
#include <map>
#include <set>

#include "holdfast/spec/text.h"

namespace holdfast::conformance {
namespace {

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
  traits.times_in_order = history.times_in_order;
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
    : numbers_(history.capabilities), model_(KeyedStoreModel(TraitsOf(history))) {
  for (std::size_t i = 0; i < history.calls.size(); ++i) {
    const RecordedCall& call = history.calls[i];
    const Standing standing = StandingOf(call);
    if (standing == Standing::kUnchanged && !IsBusy(call)) failures_.push_back(i);
    KeyedStoreClass cls{numbers_.Of(call.operation), {call.invoked_ms, call.returned_ms}, {}};
    if (standing == Standing::kMust) cls.result = numbers_.Of(*call.result);
    AddCall(model_.Intern(cls), call.process, standing);
  }
  AddEvents(history.events);
}

std::vector<std::optional<linear::ClassId>> KeyedStoreCase::ForgottenClasses() {
  std::vector<std::optional<linear::ClassId>> forgotten;
  for (const linear::Call& call : timeline().calls) {
    KeyedStoreClass cls = model_.ClassOf(call.cls);
    cls.result.reset();
    const linear::ClassId number = model_.Intern(cls);
    forgotten.push_back(model_.IsPure(number) ? std::nullopt : std::optional(number));
  }
  return forgotten;
}

linear::ClassId KeyedStoreCase::ClassWith(std::size_t call, const Result& result) {
  KeyedStoreClass cls = model_.ClassOf(timeline().calls[call].cls);
  cls.result = numbers_.Of(result);
  return model_.Intern(cls);
}

bool KeyedStoreCase::Replays(const std::vector<std::uint32_t>& witness) const {
  return ReplaysPlainly(model_, timeline(), witness);
}

}  // namespace holdfast::conformance
