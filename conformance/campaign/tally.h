// What a level has found so far: counted, timed and told in the same way for all levels.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "conformance/campaign/conclusion.h"
#include "conformance/campaign/level.h"

namespace holdfast::conformance {

/// How many programs a budget plans: the same number on every machine, and at least 1.
[[nodiscard]] std::uint64_t ProgramsWithin(std::chrono::milliseconds budget,
                                           std::uint64_t programs_per_minute);

/// The account of a level while it runs. Threads: one at a time; a copy in a worker process may be
/// asked for its times.
class Tally {
 public:
  using Clock = std::chrono::steady_clock;

  /// The time of the level begins. `options` must outlive the tally.
  Tally(Level level, std::uint64_t planned, const LevelOptions& options);

  [[nodiscard]] LevelReport& report() { return report_; }
  [[nodiscard]] const LevelReport& report() const { return report_; }
  [[nodiscard]] std::uint64_t planned() const { return planned_; }
  [[nodiscard]] Clock::time_point started() const { return started_; }
  [[nodiscard]] Clock::time_point end() const { return started_ + options_.budget; }

  [[nodiscard]] bool IsOutOfTime() const { return Clock::now() >= end(); }
  [[nodiscard]] bool IsInterrupted() const;
  /// True where the first failure that nobody expected is so long ago.
  [[nodiscard]] bool HasLookedOn(std::chrono::milliseconds time) const;
  /// True where a failure ended the search, or so many were met that nobody expected.
  [[nodiscard]] bool IsEnough(std::uint64_t most_unexpected) const;
  /// How many names the failures of TakeFailure() have.
  [[nodiscard]] std::size_t CountNames() const { return by_name_.size(); }
  void Tell(std::string_view phase) const;

  /// Plans so many programs more.
  void Extend(std::uint64_t programs) { planned_ += programs; }
  /// Takes a program into the report: its "operations", and the situations that were "met".
  void Count(const Json& result);
  void CountFailure(const Failure& failure);
  /// Counts the "failure" of a result, and keeps it with its "story", if there is one, where it is
  /// the first of its name: that one, to be given its program. Else null.
  FoundFailure* TakeFailure(std::uint64_t number, const Json& result);
  /// Takes the "fault" of a result into the report, with what the driver was asked until then.
  void TakeFault(std::uint64_t number, const Json& result, Json program, std::size_t operations);

  /// What TakeFailure() kept, by the number of the program, and keeps no more.
  [[nodiscard]] std::vector<FoundFailure> Release();
  /// The report, with the time that the level took.
  [[nodiscard]] LevelReport Finish();

 private:
  const LevelOptions& options_;
  Clock::time_point started_ = Clock::now();
  std::uint64_t planned_;
  LevelReport report_;
  std::uint64_t failing_ = 0;
  std::uint64_t unexpected_ = 0;
  bool is_enough_ = false;
  std::optional<Clock::time_point> first_unexpected_;
  std::map<FailureName, FoundFailure> by_name_;
};

}  // namespace holdfast::conformance
