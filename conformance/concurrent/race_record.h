// What a run of a race has recorded so far: the history, and what ended it.
#pragma once

#include <exception>
#include <set>
#include <string>
#include <vector>

#include "conformance/concurrent/run_race.h"

namespace holdfast::conformance {

/// Leaves a run whose record holds a fault or a failure. Never leaves run_race.cpp.
class RaceEnded : public std::exception {};

/// Threads: not shared.
class RaceRecord {
 public:
  RaceRecord(const Race& race, const DriverTimeouts& timeouts);

  /// Once the clients are seated and have said what they claim.
  void Begin(const Capabilities& claims);

  [[nodiscard]] const RaceRun& run() const { return run_; }
  [[nodiscard]] const DriverTimeouts& timeouts() const { return timeouts_; }
  /// For so long a client may rightly wait for the others, where the race says so.
  [[nodiscard]] std::chrono::milliseconds lock_timeout() const { return lock_timeout_; }
  /// And for so long for steps that are delayed.
  [[nodiscard]] std::chrono::milliseconds longest_delay() const { return longest_delay_; }
  [[nodiscard]] bool IsDelayed(std::size_t client) const { return delayed_.count(client) > 0; }
  [[nodiscard]] RaceRun Take();

  /// The time that calls carry now; nothing where they are made by the machine's clock.
  [[nodiscard]] VirtualNow VirtualTime() const;
  /// Moves the clock, or waits until the machine's has moved.
  void Advance(std::int64_t delta_ms);

  /// A call is about to be sent; answers its index.
  [[nodiscard]] std::size_t Call(int process, const Operation& operation, CallPlace place);
  void Return(std::size_t call, Result result);
  /// The machine's time or the virtual one, whichever calls are made by.
  [[nodiscard]] std::int64_t Now() const;
  /// The call had no exclusive access before `time`, so that its now is no earlier (CLK-1).
  void NotBefore(std::size_t call, std::int64_t time);
  /// A process was killed and has been reaped. Its open call, if it has one, is `open_call`.
  void Killed(int process, std::optional<std::size_t> open_call);
  void Meet(std::string_view situation) { run_.met.Hit(situation); }

  /// A quarantine in a race is of a good file: nothing else was ever there.
  void NoteQuarantines(DriverClient& client);

  [[noreturn]] void Fail(std::vector<std::string> clauses, std::string title, std::string expected,
                         std::string got);
  [[noreturn]] void End(DriverFault fault);
  /// A client could not be asked. Where it is alive and silent, the store keeps it waiting (CON-3).
  [[noreturn]] void EndUnanswered(const DriverFault& fault, const Operation& operation);

  /// The value, or the end of the run.
  template <typename T>
  T OrEnd(Expected<T, DriverFault> expected) {
    if (!expected) End(std::move(expected.error()));
    if constexpr (!std::is_void_v<T>) return std::move(*expected);
  }

 private:
  DriverTimeouts timeouts_;
  std::chrono::milliseconds lock_timeout_;
  std::chrono::milliseconds longest_delay_;
  std::set<std::size_t> delayed_;  // clients
  RaceRun run_;
  bool machine_clock_;
  std::int64_t clock_offset_ms_;
  std::int64_t now_;
};

/// Titles of failures that a machine can fake by standing still: seen once they prove nothing.
inline constexpr char kWaitsForTheDead[] = "a dead holder keeps others waiting";
inline constexpr char kNeverAnswered[] = "a call is not answered while others are at work";
inline constexpr char kWaitsTooLong[] = "a call waits longer for others than it was told to";

/// "io: no space left (effect unknown)".
[[nodiscard]] std::string ErrorInWords(const StoreError& error);

}  // namespace holdfast::conformance
