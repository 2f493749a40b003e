// Histories drawn from a seed: good ones, made by letting the model itself run many processes at
// once, and damaged ones.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include "conformance/judge/concurrent_history.h"

namespace holdfast::conformance {

using Dice = std::mt19937_64;

/// A number from 0 to sides - 1, the same on every machine.
[[nodiscard]] int Roll(Dice& dice, int sides);

/// How many do how much at once.
struct Bustle {
  int operations = 100;
  int processes = 4;
  int crash_percent = 0;      ///< Of calls whose process is killed while they run.
  bool always_reaped = true;  ///< Else one in four killed processes is never seen to be reaped.
  int unknown_percent = 0;    ///< Of calls that return without saying whether they happened.
  int phase_operations = 0;   ///< Calls between barriers, at which nothing runs; 0 for none.
};

struct StoreShape {
  Bustle bustle;
  int ids = 4;
  std::optional<std::int64_t> max_entries;
  Overflow overflow = Overflow::kEvictOldest;
  int ttl_percent = 0;       ///< Of registers and claims that name a ttl.
  bool global_reads = true;  ///< Entries and Clear among the operations.
  bool jittery = false;      ///< Times are intervals, as by a machine's clock.
};

/// A history that the model allows. Records are unique.
[[nodiscard]] ConcurrentHistory GenerateStoreHistory(const StoreShape& shape, std::uint64_t seed);
/// Changes what one call answered, at random; the history may still be good.
void Damage(ConcurrentHistory& history, Dice& dice);

struct ObjectShape {
  Bustle bustle;
  int values = 5;  ///< Of a register.
  int keys = 10;   ///< Of a map.
  /// Of a map: what is put and appended is not unique, and does not tell where it begins.
  bool ambiguous = false;
  /// Changes what one call answered.
  bool damaged = false;
};

/// JSON Lines of a register.
[[nodiscard]] std::string GenerateRegisterLines(const ObjectShape& shape, std::uint64_t seed);
/// JSON Lines of a map from keys to strings.
[[nodiscard]] std::string GenerateKvLines(const ObjectShape& shape, std::uint64_t seed);

}  // namespace holdfast::conformance
