// A race: what several clients do to one store at the same time, as plain data that can be saved,
// cut down and run again.
//
// A prefix of calls by one client pins a state. Then come phases: in each, every branch is a client
// of its own and all run at once. Between two phases nothing is under way, the clock may move, and
// the suite reads what the store holds. Every part is total: any part may be left out of a race,
// and what is left is a race.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "holdfast/spec/operation.h"

namespace holdfast::conformance {

/// By what road the clients of a race come to the store (CON-1).
enum class Road {
  kProcesses,    ///< Each in a process of its own.
  kThreads,      ///< Threads of one process that share one open store. Linked backends only.
  kInstances,    ///< Several instances in one process: in threads where the backend is linked,
                 ///< through pipelining elsewhere.
  kInheritance,  ///< Children that inherited an open store through fork. Linked backends only.
};
inline constexpr std::array<Road, 4> kAllRoads = {Road::kProcesses, Road::kThreads,
                                                  Road::kInstances, Road::kInheritance};

/// "processes", "threads", "instances" or "inheritance".
[[nodiscard]] std::string_view RoadName(Road road);
[[nodiscard]] std::optional<Road> RoadNamed(std::string_view name);

/// Something done to a client's process while one of its calls is under way. Units: microseconds
/// after the call was sent.
struct Kill {
  std::size_t call = 0;  ///< Index into Branch::calls. Those after it are made by a new process.
  std::int64_t after_us = 0;
  bool operator==(const Kill&) const = default;
};
struct Stall {  ///< SIGSTOP, and SIGCONT `length_us` later.
  std::size_t call = 0;
  std::int64_t after_us = 0;
  std::int64_t length_us = 0;
  bool operator==(const Stall&) const = default;
};

/// One client's calls, each made when the one before has returned. A kill or stall needs
/// Road::kProcesses, and has no effect elsewhere.
struct Branch {
  std::vector<Operation> calls;
  std::int64_t pause_us = 0;  ///< Between two calls.
  std::optional<Kill> kill;
  std::optional<Stall> stall;
  bool operator==(const Branch&) const = default;
};

struct Phase {
  std::int64_t advance_ms = 0;  ///< The clock moves before the phase; back only where virtual.
  bool together = false;  ///< The first calls are sent to clients that are stopped, and all are
                          ///< let go at once. Road::kProcesses only.
  bool reopen = false;    ///< Every client opens its store anew before the phase.
  std::vector<Operation> first;  ///< Calls that one client makes before all others begin.
  std::vector<Branch> branches;
  /// The suite holds the store's exclusion for so long, where the backend names its lock file.
  std::optional<std::int64_t> hold_ms;
  bool operator==(const Phase&) const = default;
};

/// The number of a client's first request after hello and the first opening (trace::Place).
inline constexpr std::int64_t kFirstRequest = 2;

/// A step of one client's process that waits before it happens (trace::Step).
struct StepDelay {
  std::size_t client = 0;
  std::int64_t operation = 0;  ///< As trace::Place has it: 0 is hello, 1 the first opening.
  std::int64_t ordinal = 0;    ///< Counted from 0.
  std::int64_t ms = 0;
  bool operator==(const StepDelay&) const = default;
};

struct Race {
  std::string scenario;  ///< The name of the consumer it plays; empty for one of no name.
  Road road = Road::kProcesses;
  bool aliased = false;        ///< Every second client names the state directory through a symlink.
  bool machine_clock = false;  ///< Calls carry no time, where the backend leaves that open.
  std::int64_t max_entries = 1000;
  std::optional<std::int64_t> default_ttl_ms;
  std::optional<std::int64_t> lock_timeout_ms;
  std::int64_t start_ms = 1'700'000'000'000;
  /// Where there are any, the clients are supervised processes of their own for this race: the road
  /// is kProcesses, and nothing is killed, stalled or let go together. Where nothing can be
  /// supervised they have no effect.
  std::vector<StepDelay> delays;
  std::vector<Operation> prefix;
  std::vector<Phase> phases;
  bool operator==(const Race&) const = default;

  [[nodiscard]] std::size_t CountOperations() const;
  /// The most branches that a phase has; at least 1.
  [[nodiscard]] std::size_t CountClients() const;
  /// For so long a call may have to wait for the delays, at worst.
  [[nodiscard]] std::chrono::milliseconds LongestDelay() const;
};

/// Where a call stands in its race.
struct CallPlace {
  static constexpr std::size_t kPrefix = SIZE_MAX;       ///< For `phase`.
  static constexpr std::size_t kBarrier = SIZE_MAX - 1;  ///< For `phase`: the suite's own look.
  static constexpr std::size_t kFirst = SIZE_MAX;        ///< For `branch`: of Phase::first.
  std::size_t phase = kPrefix;
  std::size_t branch = 0;
  std::size_t call = 0;
};

[[nodiscard]] Json RaceToJson(const Race& race);
/// Errors: a sentence saying what is wrong and where.
[[nodiscard]] Expected<Race, std::string> RaceFromJson(const Json& json);

}  // namespace holdfast::conformance
