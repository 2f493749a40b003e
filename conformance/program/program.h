// A program: what the suite does to a store, as plain data that can be saved, cut down and run
// again.
//
// Every step is total. It has no precondition, so any subsequence of a program's steps is a
// program, which is what makes shrinking simple.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "conformance/corrupt/damage.h"
#include "holdfast/spec/operation.h"

namespace holdfast::conformance {

/// One open store of a program.
struct StoreSetup {
  std::string namespace_name = "demo";
  bool through_symlink = false;  ///< Its state directory is named through a symbolic link.
  bool operator==(const StoreSetup&) const = default;
};

/// What holds for all stores of a program.
struct Setup {
  std::vector<StoreSetup> stores = {StoreSetup{}};  ///< At least one; "main", "s1", "s2", …
  std::int64_t max_entries = 1000;
  std::optional<std::int64_t> default_ttl_ms;
  std::int64_t start_ms = 1'700'000'000'000;  ///< Where a virtual clock starts.
  bool operator==(const Setup&) const = default;
};

/// An operation on a store. Where `wait` is false its reply is not waited for before the next step
/// is issued, as far as the driver's `pipelining` allows.
struct CallStep {
  std::size_t store = 0;
  Operation operation;
  bool wait = true;
  bool operator==(const CallStep&) const = default;
};

/// The clock moves by `delta_ms`. Back only where the clock is virtual; it stays between 1 and the
/// largest safe integer.
struct AdvanceStep {
  std::int64_t delta_ms = 0;
  bool operator==(const AdvanceStep&) const = default;
};

/// A store is closed and opened again, by the same process.
struct RestartStep {
  std::size_t store = 0;
  bool operator==(const RestartStep&) const = default;
};

/// The process ends (asked to, or killed with SIGKILL) and a new one opens every store, with
/// another cap or default ttl where given.
struct RespawnStep {
  bool kill = false;
  std::optional<std::int64_t> max_entries;
  std::optional<std::int64_t> default_ttl_ms;
  bool operator==(const RespawnStep&) const = default;
};

/// The bytes of a store's file are damaged from outside.
struct DamageStep {
  std::size_t store = 0;
  Damage damage;
  bool operator==(const DamageStep&) const = default;
};

/// A further store is opened under a namespace as given, and closed again where that worked.
struct ProbeOpenStep {
  std::string namespace_name;
  bool operator==(const ProbeOpenStep&) const = default;
};

/// The first store is closed, another namespace is opened in its place for one operation and
/// closed, and the first store is opened again (OPS-8).
struct VisitStep {
  std::string namespace_name;  ///< A legal one.
  Operation operation;
  bool operator==(const VisitStep&) const = default;
};

/// A store is closed, asked for an operation all the same, and opened again (ERR-3).
struct ClosedCallStep {
  std::size_t store = 0;
  Operation operation;
  bool operator==(const ClosedCallStep&) const = default;
};

using Step = std::variant<CallStep, AdvanceStep, RestartStep, RespawnStep, DamageStep,
                          ProbeOpenStep, VisitStep, ClosedCallStep>;

/// The operation among what a step does, if there is one.
[[nodiscard]] const Operation* OperationOf(const Step& step);
[[nodiscard]] Operation* OperationOf(Step& step);

struct Program {
  Setup setup;
  std::vector<Step> steps;
  bool operator==(const Program&) const = default;

  /// The operations among the steps.
  [[nodiscard]] std::size_t CountOperations() const;
};

/// The name under which a program's store is open in the driver.
[[nodiscard]] std::string StoreName(std::size_t store);

[[nodiscard]] Json ProgramToJson(const Program& program);
/// Errors: a sentence saying what is wrong and where.
[[nodiscard]] Expected<Program, std::string> ProgramFromJson(const Json& json);

/// One line for a person, for instance `register "a" 1 ttl 5`.
[[nodiscard]] std::string Describe(const Operation& operation);
[[nodiscard]] std::string Describe(const Step& step);

/// A value for a story: compact JSON, Printable(), and cut in the middle where it is longer than
/// `limit` bytes. Different values come out differently, but for letters that look alike.
[[nodiscard]] std::string Brief(const Json& value, std::size_t limit = 60);

}  // namespace holdfast::conformance
