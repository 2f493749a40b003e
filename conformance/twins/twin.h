// Twins of the reference store that differ from it in exactly one place, each so that only many at
// once can tell: what the level `concurrent` must catch.
//
// None is a copy of the store. Some are a wrapper around it. The others replace one source file of
// it when the program is linked: the twin's file defines every symbol of that file, so the linker
// never takes the member that has them from the library. So each twin is a program of its own.
// With no arguments it serves driver protocol 1; with --list it says what it breaks, in JSON.
#pragma once

#include <iosfwd>
#include <memory>
#include <string_view>

#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

/// What shows the difference without a checker.
enum class Exposure {
  kRace,           ///< Processes that register and consume at once.
  kInheritedRace,  ///< The same with children that inherited the store; other processes keep
                   ///< each other out.
  kHeldLock,       ///< Answers while somebody else holds the lock and lives.
  kLateTime,       ///< A time to live counts from before the lock was had.
  kNone,           ///< Nothing does: this is the reference store itself, the control.
};

struct Twin {
  std::string_view name;    ///< For instance "no-lock".
  std::string_view broken;  ///< What is wrong, in a few words.
  std::string_view clause;  ///< The clause it breaks.
  Exposure exposure = Exposure::kRace;
  bool passes_sequential = true;  ///< False where several instances in one process, used one after
                                  ///< the other, show it already.
};

/// For test reports.
void PrintTo(const Twin& twin, std::ostream* out);

/// The twin that this program is linked with.
[[nodiscard]] const Twin& ThisTwin();
/// Its store.
[[nodiscard]] std::unique_ptr<Backend> MakeTwin();

}  // namespace holdfast::conformance
