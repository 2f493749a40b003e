#include "conformance/concurrent/race_record.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "conformance/campaign/machine_clock.h"
#include "conformance/program/program.h"

namespace holdfast::conformance {
namespace {

constexpr std::int64_t kLongestWaitMs = 60'000;

// How far the machine's clock is ahead of the one that nobody sets.
std::int64_t ClockOffsetMillis() {
  const auto steady = std::chrono::steady_clock::now().time_since_epoch();
  return MachineMillis() - std::chrono::duration_cast<std::chrono::milliseconds>(steady).count();
}

}  // namespace

std::string ErrorInWords(const StoreError& error) {
  return std::string(ErrorCodeName(error.code)) + ": " + error.message;
}

RaceRecord::RaceRecord(const Race& race, const DriverTimeouts& timeouts)
    : timeouts_(timeouts),
      lock_timeout_(race.lock_timeout_ms.value_or(0)),
      longest_delay_(race.LongestDelay()),
      machine_clock_(race.machine_clock),
      clock_offset_ms_(ClockOffsetMillis()),
      now_(race.start_ms) {
  run_.history.max_entries = race.max_entries;
  run_.history.default_ttl_ms = race.default_ttl_ms;
  for (const StepDelay& delay : race.delays) delayed_.insert(delay.client);
}

void RaceRecord::Begin(const Capabilities& claims) {
  run_.history.capabilities = claims;
  machine_clock_ =
      !claims.HasVirtualClock() || (machine_clock_ && claims.clock == ClockKind::kBoth);
}

RaceRun RaceRecord::Take() {
  constexpr std::int64_t kRounding = 2;
  const std::int64_t moved = std::abs(ClockOffsetMillis() - clock_offset_ms_);
  run_.clock_stepped = machine_clock_ && moved > kRounding;
  return std::move(run_);
}

VirtualNow RaceRecord::VirtualTime() const {
  return machine_clock_ ? std::nullopt : VirtualNow(now_);
}

std::int64_t RaceRecord::Now() const { return machine_clock_ ? MachineMillis() : now_; }

void RaceRecord::Advance(std::int64_t delta_ms) {
  if (!machine_clock_) {
    now_ = std::clamp<std::int64_t>(now_ + delta_ms, 1, kMaxSafeInteger);
  } else if (delta_ms > 0) {
    AwaitMachineClock(MachineMillis() + std::min(delta_ms, kLongestWaitMs));
  }
}

std::size_t RaceRecord::Call(int process, const Operation& operation, CallPlace place) {
  const std::size_t call = run_.history.calls.size();
  RecordedCall recorded;
  recorded.id = static_cast<std::int64_t>(call);
  recorded.process = process;
  recorded.operation = operation;
  recorded.invoked_ms = recorded.returned_ms = static_cast<UnixMillis>(Now());
  run_.history.calls.push_back(std::move(recorded));
  run_.history.events.push_back({ConcurrentEvent::Kind::kCall, call, process});
  run_.places.push_back(place);
  return call;
}

void RaceRecord::Return(std::size_t call, Result result) {
  RecordedCall& recorded = run_.history.calls[call];
  recorded.returned_ms = static_cast<UnixMillis>(Now());
  recorded.result = std::move(result);
  run_.history.events.push_back({ConcurrentEvent::Kind::kReturn, call, recorded.process});
}

void RaceRecord::NotBefore(std::size_t call, std::int64_t time) {
  if (!machine_clock_) return;
  run_.waited.emplace_back(call, run_.history.calls[call].invoked_ms);
  run_.history.calls[call].invoked_ms = static_cast<UnixMillis>(time);
  Meet("clock-after-wait");
}

void RaceRecord::Killed(int process, std::optional<std::size_t> open_call) {
  if (open_call) {
    run_.history.calls[*open_call].returned_ms = static_cast<UnixMillis>(Now());
  }
  run_.history.events.push_back({ConcurrentEvent::Kind::kCrash, 0, process});
  run_.history.events.push_back({ConcurrentEvent::Kind::kReaped, 0, process});
}

void RaceRecord::NoteQuarantines(DriverClient& client) {
  const auto events = client.TakeEvents();
  if (events.empty()) return;
  Fail({"QUA-4", "CON-1"}, "a good file was quarantined",
       "no quarantine: nothing but the store's own clients wrote", "a quarantine event");
}

void RaceRecord::Fail(std::vector<std::string> clauses, std::string title, std::string expected,
                      std::string got) {
  run_.failure =
      Failure{std::move(clauses), std::move(title), 0, std::move(expected), std::move(got)};
  throw RaceEnded();
}

void RaceRecord::End(DriverFault fault) {
  run_.fault = std::move(fault);
  throw RaceEnded();
}

void RaceRecord::EndUnanswered(const DriverFault& fault, const Operation& operation) {
  if (fault.kind != DriverFault::Kind::kTimeout) End(fault);
  Fail({"CON-3"}, kNeverAnswered, Describe(operation) + " is answered, with busy if need be",
       fault.message);
}

}  // namespace holdfast::conformance
