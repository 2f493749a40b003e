// What shows the difference between a twin and the reference store without a checker.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conformance/actor/actor_group.h"

namespace holdfast::conformance {

/// How the clients of a race come by the store; nothing: each in a process of its own, with a store
/// of its own.
using Contenders = std::optional<Sharing>;

/// How long a race may go on: so many rounds, or until the time is over.
struct RaceBounds {
  int rounds = 0;
  std::chrono::seconds time{0};
};

/// Four clients register, look up and consume at once, round after round, until one consume too
/// many or too few has won, or a registered record is not seen. Answers what was seen, or nothing
/// where all was well. Errors of the store are no difference. `dir` exists and is empty.
[[nodiscard]] std::optional<std::string> Race(Backend& backend, const Contenders& contenders,
                                              const std::string& dir, const RaceBounds& bounds);

/// Registers while somebody else holds the store's lock for longer than the lock timeout. Answers
/// what the register came to.
[[nodiscard]] Result RegisterWhileHeld(Backend& backend, const std::string& dir);

/// Registers with a time to live that is over before the lock, held by somebody else, is free.
/// Answers whether the entry is there afterwards.
[[nodiscard]] bool LivesFromTheLockOn(Backend& backend, const std::string& dir);

}  // namespace holdfast::conformance
