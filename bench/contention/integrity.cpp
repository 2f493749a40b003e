#include "bench/contention/integrity.h"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>
#include <vector>

#include "conformance/judge/judge.h"

namespace holdfast::bench {
namespace {

using conformance::ConcurrentEvent;
using conformance::ConcurrentHistory;
using conformance::RecordedCall;

Result ResultOf(const SampledCall& call) {
  const auto failed = [](ErrorCode code, Effect effect) {
    return Unexpected(StoreError{code, effect, "", "as the store said"});
  };
  switch (call.came) {
    case Came::kDone:
      return Answer(Done());
    case Came::kFound:
      return Answer(Found{std::optional<Json>(std::in_place, call.token)});
    case Came::kAbsent:
      return Answer(Found());
    case Came::kWon:
      return Answer(Claimed{true});
    case Came::kLost:
      return Answer(Claimed{false});
    case Came::kBusy:
      return failed(ErrorCode::kBusy, Effect::kNone);
    case Came::kFailed:
      return failed(ErrorCode::kInternal, Effect::kUnknown);
  }
  return failed(ErrorCode::kInternal, Effect::kUnknown);
}

RecordedCall RecordedOf(const SampledCall& call, std::size_t process) {
  RecordedCall recorded;
  recorded.process = static_cast<int>(process);
  recorded.operation.kind = call.kind;
  recorded.operation.id = IdOf(call.id);
  if (TakesRecord(call.kind)) recorded.operation.record = call.token;
  recorded.invoked_ms = static_cast<UnixMillis>(call.begin_ms);
  recorded.returned_ms = static_cast<UnixMillis>(call.end_ms);
  recorded.result = ResultOf(call);
  return recorded;
}

struct Alarm {
  std::uint64_t times;
  const char* words;
};

std::string SeenAtOnce(const Performance& performance) {
  Tally all{};
  for (std::size_t at = 0; at < performance.ledgers->count(); ++at) {
    const Tally& tally = performance.ledgers->Of(at).tally;
    all.absent += tally.absent;
    all.alien += tally.alien;
    all.stolen += tally.stolen;
  }
  for (const Alarm& alarm :
       {Alarm{all.absent, "an entry that nobody takes away was not found"},
        Alarm{all.alien, "a record was found that nobody wrote there"},
        Alarm{all.stolen, "a claim that was won had not kept the others out"}}) {
    if (alarm.times > 0) return std::string(alarm.words) + ", " + std::to_string(alarm.times) + "x";
  }
  return {};
}

std::string TakenTwice(const Performance& performance, Integrity& integrity) {
  std::vector<Token> taken;
  for (std::size_t at = 0; at < performance.ledgers->count(); ++at) {
    const Ledger ledger = performance.ledgers->Of(at);
    for (const Turn& turn : ledger.turns.first(ledger.tally.turns)) {
      if (turn.taken != 0) taken.push_back(turn.taken);
    }
  }
  integrity.taken_checked = taken.size();
  std::sort(taken.begin(), taken.end());
  std::size_t twice = 0;
  for (std::size_t at = 1; at < taken.size(); ++at) twice += taken[at] == taken[at - 1] ? 1 : 0;
  return twice == 0 ? std::string() : std::to_string(twice) + " records were consumed twice";
}

// Whether what is left of an id is what some write left that no other came after.
bool IsExplained(const std::vector<LastWrite>& writes, const SampledCall& left) {
  const Token token = left.came == Came::kFound ? left.token : 0;
  return std::any_of(writes.begin(), writes.end(), [&](const LastWrite& write) {
    if (write.token != token) return false;
    return std::none_of(writes.begin(), writes.end(),
                        [&](const LastWrite& later) { return later.begin_ns > write.end_ns; });
  });
}

std::string LostAtTheEnd(const Performance& performance, Integrity& integrity) {
  std::size_t lost = 0;
  const std::size_t entries = performance.scene.entries;
  for (std::size_t id = 0; id < 2 * entries; ++id) {
    std::vector<LastWrite> writes = {
        {0, 0, id < entries ? TokenOf(kFiller, 1, static_cast<IdNumber>(id)) : Token{0}, true,
         false}};
    bool is_unknown = false;
    for (std::size_t at = 0; at < performance.ledgers->count(); ++at) {
      const LastWrite& last = performance.ledgers->Of(at).last_writes[id];
      is_unknown = is_unknown || last.is_unknown;
      if (last.happened) writes.push_back(last);
    }
    if (is_unknown) continue;
    ++integrity.ids_checked;
    if (!IsExplained(writes, performance.remains[id])) ++lost;
  }
  return lost == 0 ? std::string()
                   : "the last write to " + std::to_string(lost) + " of " +
                         std::to_string(integrity.ids_checked) + " ids was lost";
}

std::string JudgedAsHistory(const Performance& performance, Integrity& integrity) {
  const ConcurrentHistory history = SampledHistory(performance);
  integrity.sampled_calls = history.calls.size();
  const linear::Budget budget{20'000'000, std::chrono::seconds(5), std::size_t{256} << 20U};
  const auto judgement = conformance::FindVerdict(history, budget);
  switch (judgement.answer) {
    case linear::Answer::kLinearizable:
      return {};
    case linear::Answer::kUnknown:
      integrity.verdict = Integrity::Verdict::kUndecided;
      integrity.reason = "the sample was not judged to its end, for want of " +
                         std::string(judgement.finding.spent);
      return {};
    case linear::Answer::kViolation:
      break;
  }
  const auto explained = conformance::JudgeHistory(history, budget);
  std::string why = "no order of the sampled calls explains their answers";
  if (explained.explanation) why += ": " + explained.explanation->name;
  return why;
}

}  // namespace

ConcurrentHistory SampledHistory(const Performance& performance) {
  ConcurrentHistory history;
  history.capabilities = conformance::ClaimsOfAnyStore();
  history.capabilities.clock = ClockKind::kWall;
  // Time, whether it returns, event: so that a call stands before a return of the same time.
  std::vector<std::tuple<std::int64_t, bool, ConcurrentEvent>> events;
  const auto add = [&](const SampledCall& call, std::size_t process) {
    const std::size_t index = history.calls.size();
    history.calls.push_back(RecordedOf(call, process));
    history.calls.back().id = static_cast<std::int64_t>(index);
    const int owner = history.calls.back().process;
    events.push_back({call.begin_ns, false, {ConcurrentEvent::Kind::kCall, index, owner}});
    events.push_back({call.end_ns, true, {ConcurrentEvent::Kind::kReturn, index, owner}});
  };
  const std::size_t contenders = performance.ledgers->count();
  for (std::size_t at = 0; at < contenders; ++at) {
    const Ledger ledger = performance.ledgers->Of(at);
    for (const SampledCall& call : ledger.sample.first(ledger.tally.sampled)) add(call, at);
  }
  for (std::size_t id = FirstSampledId(performance.scene); id < performance.remains.size(); ++id)
    add(performance.remains[id], contenders);
  std::stable_sort(events.begin(), events.end(), [](const auto& one, const auto& other) {
    return std::tie(std::get<0>(one), std::get<1>(one)) <
           std::tie(std::get<0>(other), std::get<1>(other));
  });
  for (const auto& [time, returns, event] : events) history.events.push_back(event);
  return history;
}

Integrity CheckIntegrity(const Performance& performance) {
  Integrity integrity;
  for (const std::string& wrong :
       {SeenAtOnce(performance), TakenTwice(performance, integrity),
        LostAtTheEnd(performance, integrity), JudgedAsHistory(performance, integrity)}) {
    if (wrong.empty()) continue;
    integrity.verdict = Integrity::Verdict::kVoid;
    integrity.reason = wrong;
    return integrity;
  }
  return integrity;
}

}  // namespace holdfast::bench
