// What every level of conformance is given and what it comes back with.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/actor/driver_client.h"
#include "conformance/check/outage.h"
#include "conformance/check/situations.h"
#include "conformance/check/verdict.h"

namespace holdfast::conformance {

enum class Level { kSequential, kFiles, kConcurrent, kCrash, kFault, kPower };

/// In the order they are run.
inline constexpr std::array<Level, 6> kAllLevels = {Level::kSequential, Level::kFiles,
                                                    Level::kConcurrent, Level::kCrash,
                                                    Level::kFault,      Level::kPower};

/// The level's name, for instance "sequential".
[[nodiscard]] std::string_view LevelName(Level level);
[[nodiscard]] std::optional<Level> LevelNamed(std::string_view name);

/// How far a level has come.
struct Progress {
  std::uint64_t programs = 0;
  std::uint64_t programs_planned = 0;
  std::uint64_t failing = 0;
  std::string_view phase;  ///< "running" or "shrinking".
};

struct LevelOptions {
  std::uint64_t seed = 1;
  /// Decides how many programs are planned (the same number on every machine), and bounds the time
  /// they may take.
  std::chrono::milliseconds budget{60'000};
  int jobs = 1;               ///< Worker processes. At least 1.
  std::filesystem::path dir;  ///< Exists. The level makes and removes its own folders in it.
  DriverTimeouts timeouts;
  std::function<void(const Progress&)> on_progress;  ///< May be empty. Called from time to time.
  std::function<bool()> is_interrupted;              ///< May be empty. True ends the level early.
  /// May be empty. True for a known failure: however often it shows, the level looks on for others.
  std::function<bool(const Failure&)> is_expected;
  /// May be empty. Asked with each failure of the levels `sequential` and `files`: true ends the
  /// search there.
  std::function<bool(const Failure&)> is_enough;
  bool shrink = true;  ///< False: failures are told as they were found.
  /// Of level `concurrent`: hold processes up at single steps, where they can be supervised.
  bool amplify = true;
  /// Of level `files`: a second backend of the same format, to which the stores are handed over.
  std::optional<DriverSource> peer;
};

/// How often a program failed when it was run again.
struct FailureRate {
  int runs = 0;
  int failed = 0;
};

/// A failure and the smallest program found that shows it. What a program is, is its level's own
/// business: here it is what a replay file keeps.
struct FoundFailure {
  Failure failure;
  Json program;                ///< Null where there is none to run again.
  std::size_t operations = 0;  ///< Of the program; or of the history, where the story tells that.
  std::vector<std::string> story;  ///< One line each; the first names clauses and title.
  std::string history;             ///< JSON Lines, where the program may not fail every time.
  std::uint64_t number = 0;        ///< Of the generated program it comes from.
  FailureRate rate;                ///< Of `program`, each time in a new process.
  std::uint64_t seen = 0;          ///< How many generated programs failed with this name.
  bool cut_short = false;          ///< It may not be the smallest: the time for that ran out.
};

/// One program, run once and judged.
struct ProgramReport {
  Verdict verdict = Verdict::kPass;
  std::optional<Failure> failure;
  std::vector<std::string> story;  ///< Of the failure.
  std::optional<DriverFault> fault;
  std::string reason;  ///< Why it is inconclusive, as a sentence.
};

struct LevelReport {
  Level level = Level::kSequential;
  Verdict verdict = Verdict::kNotRun;
  std::string reason;  ///< Why the verdict is neither pass nor fail; for a pass, what a person
                       ///< should know of it.
  std::uint64_t programs = 0;
  std::uint64_t operations = 0;
  double seconds = 0;
  Coverage coverage;
  /// Situations that this machine, this user or the command line does not allow, by name, with the
  /// reason: they are not run.
  std::map<std::string, std::string> not_arranged;
  std::vector<FoundFailure> failures;  ///< By the number of the program.
  std::vector<OutageRow> outages;      ///< Of level `power`: a row for each set of rules.
  std::optional<DriverFault> fault;
  /// The program during which the driver was at fault, as far as it was run, where there is one.
  std::optional<FoundFailure> faulty;
};

}  // namespace holdfast::conformance
