#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fuzz/small_history.h"
#include "holdfast/spec/model.h"

namespace holdfast::fuzz {
namespace {

using conformance::ConcurrentEvent;
using conformance::ConcurrentHistory;

constexpr int kProcesses = 4;
constexpr UnixMillis kStart = 1000;

// What the model allows, as a store would answer it.
Result Answered(const model::Allowed& allowed) {
  if (const auto* answer = std::get_if<Answer>(&allowed)) return *answer;
  if (const auto* refusal = std::get_if<model::Refusal>(&allowed))
    return Unexpected(StoreError{refusal->code, Effect::kNone, refusal->field, "refused"});
  Listed listed;
  for (const auto& expected : std::get<model::ExpectedListing>(allowed).entries) {
    if (!expected.must) continue;
    const model::HeldEntry& held = expected.entry;
    listed.entries.push_back({held.id, *held.record, std::nullopt, std::nullopt});
  }
  return Answer(std::move(listed));
}

class Author {
 public:
  explicit Author(ByteReader& bytes) : bytes_(bytes) {
    const unsigned ways = bytes_.Byte();
    history_.capabilities = conformance::ClaimsOfAnyStore();
    history_.capabilities.created_at = false;
    history_.capabilities.max_entries = ways % 2 == 1;
    history_.max_entries = history_.capabilities.max_entries ? 1 + ways / 2 % 3 : 1000;
    if (ways / 8 % 2 == 1) history_.capabilities.order = EntryOrder::kCreatedThenId;
    if (ways / 16 % 2 == 1) history_.capabilities.overflow = Overflow::kRejectNew;
    if (ways / 32 % 4 == 3) history_.default_ttl_ms = 5;
    is_jittery_ = ways / 128 == 1;
    policy_.capabilities = history_.capabilities;
    policy_.default_ttl_ms = history_.default_ttl_ms;
    if (history_.capabilities.max_entries) policy_.max_entries = history_.max_entries;
  }

  ConcurrentHistory Write() {
    while (!bytes_.AtEnd()) {
      const unsigned event = bytes_.Byte();
      const int process = static_cast<int>(event % kProcesses);
      auto& own = open_[event % kProcesses];
      if (event / 4 % 8 == 7) now_ += event / 32;
      if (own) {
        End(process, *own, event / 4);
        own.reset();
      } else if (history_.calls.size() < kMaxCalls) {
        own = Begin(process, event / 32);
      }
    }
    return std::move(history_);
  }

 private:
  std::size_t Begin(int process, unsigned how) {
    conformance::RecordedCall call;
    const std::size_t number = history_.calls.size();
    call.id = static_cast<std::int64_t>(number);
    call.process = process;
    call.operation = DrawOperation(number);
    call.invoked_ms = call.returned_ms = now_;
    if (is_jittery_) call.returned_ms += how % 4;
    history_.calls.push_back(std::move(call));
    history_.events.push_back({ConcurrentEvent::Kind::kCall, number, process});
    answers_.emplace_back();
    if (how % 2 == 0) TakeEffect(number);
    return number;
  }

  Operation DrawOperation(std::size_t number) {
    const unsigned drawn = bytes_.Byte();
    Operation operation;
    const std::array<OpKind, 8> kinds = {OpKind::kRegister, OpKind::kRegister, OpKind::kLookup,
                                         OpKind::kConsume,  OpKind::kEntries,  OpKind::kClear,
                                         OpKind::kClaim,    OpKind::kDelete};
    operation.kind = kinds[drawn % 8];
    if (TakesId(operation.kind))
      operation.id = std::string(1, static_cast<char>('a' + drawn / 8 % 3));
    if (TakesRecord(operation.kind)) {
      // Mostly unique, sometimes not.
      operation.record = drawn / 32 % 4 == 3 ? 0 : static_cast<int>(number) + 1;
      if (drawn / 128 == 1) operation.ttl_ms = drawn / 32 % 4 == 0 ? 0 : 3;
    }
    return operation;
  }

  void TakeEffect(std::size_t number) {
    const conformance::RecordedCall& call = history_.calls[number];
    const auto transitions =
        model::Step(state_, call.operation, model::Instant::Exactly(call.invoked_ms), policy_);
    for (const model::Transition& transition : transitions) {
      Result answer = Answered(transition.allowed);
      auto next = model::Follow(transition, answer);
      if (!next) continue;
      state_ = std::move(*next);
      answers_[number] = std::move(answer);
      return;
    }
  }

  void End(int process, std::size_t number, unsigned how) {
    using Kind = ConcurrentEvent::Kind;
    if (how % 8 == 6) {
      if (how / 8 % 2 == 1 && !answers_[number]) TakeEffect(number);
      history_.events.push_back({Kind::kCrash, 0, process});
      history_.events.push_back({Kind::kReaped, 0, process});
      return;
    }
    if (!answers_[number]) TakeEffect(number);
    history_.calls[number].result =
        how % 8 == 5 || !answers_[number] ? OtherAnswer(number) : *answers_[number];
    history_.events.push_back({Kind::kReturn, number, process});
  }

  Result OtherAnswer(std::size_t number) {
    const unsigned drawn = bytes_.Byte();
    const auto fail = [](ErrorCode code, Effect effect) {
      return Result(Unexpected(StoreError{code, effect, "", "failed"}));
    };
    if (drawn % 8 == 0) return fail(ErrorCode::kBusy, Effect::kNone);
    if (drawn % 8 == 1) return fail(ErrorCode::kIo, Effect::kUnknown);
    if (drawn % 8 == 2) return fail(ErrorCode::kFull, Effect::kNone);
    switch (history_.calls[number].operation.kind) {
      case OpKind::kRegister:
      case OpKind::kClear:
        return Answer(Done{});
      case OpKind::kLookup:
      case OpKind::kConsume:
        if (drawn % 8 == 3) return Answer(Found{});
        return Answer(Found{Json(drawn / 8)});
      case OpKind::kClaim:
        return Answer(Claimed{drawn % 2 == 0});
      case OpKind::kDelete:
        return Answer(Existed{drawn % 2 == 0});
      case OpKind::kEntries:
        return Answer(OtherListing(drawn));
    }
    return Answer(Done{});
  }

  // Any of the entries "a" and "b", in either order.
  static Listed OtherListing(unsigned drawn) {
    Listed listed;
    if (drawn / 8 % 2 == 1) listed.entries.push_back({"a", drawn / 32, std::nullopt, std::nullopt});
    if (drawn / 16 % 2 == 1) listed.entries.push_back({"b", 1, std::nullopt, std::nullopt});
    if (drawn % 8 == 7) std::reverse(listed.entries.begin(), listed.entries.end());
    return listed;
  }

  ByteReader& bytes_;
  ConcurrentHistory history_;
  model::Policy policy_;
  model::State state_;
  std::vector<std::optional<Result>> answers_;  // of the calls that have taken effect
  std::array<std::optional<std::size_t>, kProcesses> open_;
  UnixMillis now_ = kStart;
  bool is_jittery_ = false;
};

}  // namespace

ConcurrentHistory ReadStoreHistory(ByteReader& bytes) { return Author(bytes).Write(); }

}  // namespace holdfast::fuzz
