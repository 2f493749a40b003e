// What is to be done to a run, as plain data: kill it at a step, make a step fail, cut a write
// short, hold a step up.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "conformance/trace/step.h"
#include "holdfast/spec/expected.h"
#include "holdfast/spec/operation.h"

namespace holdfast::trace {

/// SIGKILL to every process of the run, at the entry of the step: it does not happen.
struct Kill {
  bool operator==(const Kill&) const = default;
};

/// The step does not happen, and its call fails.
struct Fail {
  int error = 0;  ///< errno.
  bool is_sticky =
      false;  ///< So does every later call of the same kind (StepKind), in any process.
  bool operator==(const Fail&) const = default;
};

/// The step moves at most so many bytes: reads, writes and acknowledgements.
/// Where it moves no more anyway, and at other kinds, it goes on unharmed and is not marked.
struct Shorten {
  std::int64_t bytes = 0;  ///< At least 1: a call that moves none is a Fail.
  bool operator==(const Shorten&) const = default;
};

/// The step waits before it happens. Others go on meanwhile.
struct Delay {
  std::chrono::milliseconds time{0};
  bool operator==(const Delay&) const = default;
};

/// A step by its number k, or by its place, which outlasts the cutting down of a program.
using Where = std::variant<std::uint64_t, Place>;
using What = std::variant<Kill, Fail, Shorten, Delay>;

struct Action {
  Where where;
  What what;
  bool operator==(const Action&) const = default;
};

/// The first action that fits a step strikes; each strikes once, a sticky failure ever after.
struct Plan {
  std::vector<Action> actions;
  bool operator==(const Plan&) const = default;
};

[[nodiscard]] Json PlanToJson(const Plan& plan);
/// Errors: a sentence.
[[nodiscard]] Expected<Plan, std::string> PlanFromJson(const Json& json);

/// An action as the program holdfast-supervise takes it, for instance "12 kill",
/// "0:2:3 fail 28 sticky", "0:2:3 short 100", "12 delay 5".
[[nodiscard]] std::string ActionToWords(const Action& action);

/// "ENOSPC" for 28; the digits where the number has no name. Source: errno(3).
[[nodiscard]] std::string ErrnoName(int error);
/// The reverse; nothing for what is neither a name nor a number.
[[nodiscard]] std::optional<int> ErrnoOf(std::string_view name);

}  // namespace holdfast::trace
