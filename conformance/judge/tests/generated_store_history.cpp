#include <algorithm>
#include <string>

#include "conformance/judge/tests/schedule.h"
#include "holdfast/spec/model.h"

namespace holdfast::conformance {
namespace {

using Kind = ScheduledStep::Kind;

// Short, and in an order that neither numbers nor letters alone give.
constexpr const char* kIds[] = {"10",        "9",        "a",  "B", "b", "a.",
                                "__proto__", "\xC3\xA9", "aa", "z", "1", "01"};
constexpr int kIdCount = 12;

std::string IdOf(int number) {
  return number < kIdCount ? kIds[number] : "id" + std::to_string(number);
}

Result ResultOf(const model::Allowed& allowed) {
  if (const auto* refusal = std::get_if<model::Refusal>(&allowed)) {
    return Unexpected(StoreError{refusal->code, Effect::kNone, refusal->field, ""});
  }
  if (const auto* answer = std::get_if<Answer>(&allowed)) return *answer;
  Listed listed;
  for (const model::ExpectedEntry& expected : std::get<model::ExpectedListing>(allowed).entries) {
    const model::HeldEntry& held = expected.entry;
    Entry entry{held.id, *held.record, held.created.earliest, std::nullopt};
    if (held.expires) entry.expires_at = held.expires->earliest;
    listed.entries.push_back(std::move(entry));
  }
  return Answer(std::move(listed));
}

class StoreRun {
 public:
  StoreRun(const StoreShape& shape, std::uint64_t seed) : shape_(shape), dice_(seed) {
    history_.capabilities = ClaimsOfAnyStore();
    history_.capabilities.order = EntryOrder::kCreatedThenId;
    history_.capabilities.created_at = true;
    history_.capabilities.max_entries = shape.max_entries.has_value();
    history_.capabilities.overflow = shape.overflow;
    if (shape.jittery) history_.capabilities.clock = ClockKind::kWall;
    history_.max_entries = shape.max_entries.value_or(0);
    policy_ = {history_.capabilities, shape.max_entries, std::nullopt};
  }

  ConcurrentHistory Run() {
    for (const ScheduledStep& step : DrawSchedule(shape_.bustle, dice_)) Do(step);
    return std::move(history_);
  }

 private:
  void Do(const ScheduledStep& step) {
    if (shape_.jittery) now_ += Roll(dice_, 2);
    switch (step.kind) {
      case Kind::kCall:
        history_.calls.push_back(DrawCall(step));
        results_.emplace_back();
        return Add(ConcurrentEvent::Kind::kCall, step);
      case Kind::kTake:
        return Take(step.call);
      case Kind::kReturn:
        return Return(step, *results_[step.call]);
      case Kind::kReturnUnknown:
        return Return(step, Unexpected(StoreError{ErrorCode::kIo, Effect::kUnknown, "", "lost"}));
      case Kind::kCrash:
        return Add(ConcurrentEvent::Kind::kCrash, step);
      case Kind::kReaped:
        if (shape_.jittery) history_.calls[step.call].returned_ms = now_;
        return Add(ConcurrentEvent::Kind::kReaped, step);
      case Kind::kBarrier:
        now_ += Roll(dice_, 4);
        return;
    }
  }

  RecordedCall DrawCall(const ScheduledStep& step) {
    static constexpr OpKind kKinds[] = {OpKind::kRegister, OpKind::kRegister, OpKind::kRegister,
                                        OpKind::kConsume,  OpKind::kConsume,  OpKind::kLookup,
                                        OpKind::kLookup,   OpKind::kClaim,    OpKind::kDelete,
                                        OpKind::kEntries,  OpKind::kClear};
    RecordedCall call;
    call.id = static_cast<std::int64_t>(step.call);
    call.process = step.process;
    call.invoked_ms = static_cast<UnixMillis>(now_);
    call.returned_ms = shape_.jittery ? kNoLatestTime : call.invoked_ms;
    Operation& operation = call.operation;
    operation.kind = kKinds[Roll(dice_, shape_.global_reads ? 11 : 9)];
    // Clear is rare: it makes everything before it forgotten.
    if (operation.kind == OpKind::kClear && Roll(dice_, 4) != 0) operation.kind = OpKind::kEntries;
    if (TakesId(operation.kind)) operation.id = IdOf(Roll(dice_, shape_.ids));
    if (TakesRecord(operation.kind)) {
      operation.record = static_cast<std::int64_t>(step.call);
      if (Roll(dice_, 100) < shape_.ttl_percent) operation.ttl_ms = Roll(dice_, 6);
    }
    return call;
  }

  void Take(std::size_t call) {
    const auto now = model::Instant::Exactly(static_cast<UnixMillis>(now_));
    const auto transitions = model::Step(state_, history_.calls[call].operation, now, policy_);
    const auto& taken =
        transitions[static_cast<std::size_t>(Roll(dice_, static_cast<int>(transitions.size())))];
    results_[call] = ResultOf(taken.allowed);
    state_ = model::Follow(taken, *results_[call]).value();
  }

  void Return(const ScheduledStep& step, Result result) {
    history_.calls[step.call].result = std::move(result);
    if (shape_.jittery) history_.calls[step.call].returned_ms = now_;
    Add(ConcurrentEvent::Kind::kReturn, step);
  }

  void Add(ConcurrentEvent::Kind kind, const ScheduledStep& step) {
    const bool names_call =
        kind == ConcurrentEvent::Kind::kCall || kind == ConcurrentEvent::Kind::kReturn;
    history_.events.push_back({kind, names_call ? step.call : 0, step.process});
  }

  const StoreShape& shape_;
  Dice dice_;
  ConcurrentHistory history_;
  model::Policy policy_;
  model::State state_;
  std::vector<std::optional<Result>> results_;
  std::int64_t now_ = 1000;
};

struct AnswerDamage {
  Dice& dice;
  int records;

  void operator()(Done&) const {}
  void operator()(Found& found) const {
    if (found.record && Roll(dice, 2) == 0) {
      found.record.reset();
    } else {
      found.record = Roll(dice, records);
    }
  }
  void operator()(Listed& listed) const {
    if (listed.entries.empty()) {
      listed.entries.push_back({"a", Roll(dice, records), 1000, {}});
    } else if (Roll(dice, 2) == 0) {
      listed.entries.erase(listed.entries.begin() +
                           Roll(dice, static_cast<int>(listed.entries.size())));
    } else {
      std::swap(listed.entries.front(), listed.entries.back());
    }
  }
  void operator()(Claimed& claimed) const { claimed.claimed = !claimed.claimed; }
  void operator()(Existed& existed) const { existed.existed = !existed.existed; }
};

}  // namespace

ConcurrentHistory GenerateStoreHistory(const StoreShape& shape, std::uint64_t seed) {
  return StoreRun(shape, seed).Run();
}

void Damage(ConcurrentHistory& history, Dice& dice) {
  const int calls = static_cast<int>(history.calls.size());
  for (int attempt = 0; attempt < 20; ++attempt) {
    RecordedCall& call = history.calls[static_cast<std::size_t>(Roll(dice, calls))];
    if (!call.result || !*call.result || std::holds_alternative<Done>(**call.result)) continue;
    std::visit(AnswerDamage{dice, calls}, **call.result);
    return;
  }
}

}  // namespace holdfast::conformance
