// Runs a drill's processes and records what was seen. Judges nothing.
#pragma once

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "conformance/actor/driver_client.h"
#include "conformance/campaign/session.h"
#include "conformance/drill/drill.h"
#include "conformance/history/history.h"
#include "conformance/trace/trace.h"
#include "conformance/trace/tree.h"

namespace holdfast::conformance {

/// A call of a drill. Units: milliseconds of the clock that the store saw.
struct DrillCall {
  Operation operation;
  SeenMillis earliest = 0;
  SeenMillis latest = 0;
  std::optional<Result> result;  ///< Nothing: the process ended first.
};

/// One process that opens the store, calls, closes and ends. Paths below the store's directory, in
/// messages and events, are told from there.
struct SeenProcess {
  std::optional<StoreError> not_opened;
  /// A call that opened it after all, where the first one was refused.
  bool opened_again = false;
  std::vector<DrillCall> calls;  ///< As far as it came.
  std::optional<StoreError> not_closed;
  std::vector<QuarantineEvent> events;
  std::optional<DriverFault> ended;  ///< It ended, or did not answer, before its time.
};

/// The clock of a drill: the virtual one goes on by so much with every call.
class DrillClock {
 public:
  DrillClock(SeenMillis start, bool is_virtual) : now_(start), is_virtual_(is_virtual) {}
  /// The time of the next call, and what the call is told of it.
  [[nodiscard]] SeenMillis Next();
  [[nodiscard]] SeenMillis Now() const;
  [[nodiscard]] VirtualNow Told() const { return is_virtual_ ? VirtualNow(now_) : std::nullopt; }

 private:
  SeenMillis now_;
  bool is_virtual_;
};

/// Where and how the processes of one drill run. Lifetime: refers to `source`.
struct DrillGround {
  const DriverSource& source;
  DriverTimeouts timeouts;
  BackendDescription description;
  std::filesystem::path dir;  ///< Exists, for the folders of this drill.
  /// Exists, for what no disk has to keep: in memory, where there is such a file system.
  std::filesystem::path memory_dir;
  /// A drill that strikes many times strikes no more after this: what was seen by then counts.
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  [[nodiscard]] bool IsLate() const { return std::chrono::steady_clock::now() >= deadline; }
};

/// A directory in memory where the machine has one that this user may write to; else `dir`.
[[nodiscard]] std::filesystem::path MemoryOr(const std::filesystem::path& dir);

/// What a process is to do with the store in a directory.
struct Errand {
  std::filesystem::path state_dir;
  std::int64_t max_entries = 1000;
  std::vector<Operation> calls;
  /// Open once more where the first opening was refused.
  bool insists = false;
};

/// Runs an errand on a driver that runs, up to closing the store. The driver is not stopped.
[[nodiscard]] SeenProcess RunErrand(const Errand& errand, DriverClient& driver, DrillClock& clock);

/// A process that was followed.
struct FollowedProcess {
  trace::Tree start;  ///< The directory before.
  SeenProcess seen;
  /// Why there is no trace, as a sentence.
  Expected<trace::Trace, std::string> trace = Unexpected(std::string("it was not started"));
  std::optional<DriverFault> fault;  ///< It ended, or did not answer, though nothing struck it.
};

/// Runs an errand in a process of its own, followed and struck by `plan`.
[[nodiscard]] FollowedProcess Follow(const Errand& errand, const trace::Plan& plan,
                                     const DrillGround& ground, DrillClock& clock);

/// At most `count` of them, evenly spread.
template <typename T>
[[nodiscard]] std::vector<T> Spread(const std::vector<T>& all, std::size_t count) {
  std::vector<T> spread;
  count = std::min(count, all.size());
  for (std::size_t at = 0; at < count; ++at) spread.push_back(all[at * all.size() / count]);
  return spread;
}

/// True where one of the plan's actions struck.
[[nodiscard]] bool HasStruck(const trace::Trace& trace);

/// Why a drill that was struck is not judged where it should not come to its step, as a sentence.
inline constexpr const char* kNotStruck =
    "the process does not come to the step that was to be struck";

/// How the way to the step that was struck parts from the recorded one, as a sentence; nothing
/// where it is the same, or where none is recorded.
[[nodiscard]] std::optional<std::string> WhyParted(const std::optional<trace::Approach>& recorded,
                                                   const trace::Trace& trace);

/// The way to step k of a run that nothing struck; nothing where the one that was struck there took
/// another.
[[nodiscard]] std::optional<trace::Approach> ApproachTaken(const trace::Trace& undisturbed,
                                                           std::uint64_t k,
                                                           const trace::Trace& struck);

/// How many requests the driver had answered before step k: hello, open and the calls, in that
/// order. Lines that tell of events are no answers.
[[nodiscard]] std::size_t AnswersBefore(const trace::Trace& trace, std::uint64_t k);
inline constexpr std::size_t kAnswersBeforeCalls = 2;

}  // namespace holdfast::conformance
