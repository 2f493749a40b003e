// The stores that can be compared, by name.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "holdfast/conformance/backend.h"

namespace holdfast::bench {

/// What the machine alone does, and no store does better: see primitives.h.
enum class Primitive {
  kFlockPair,
  kRobustMutexPair,
  kPipeRoundTrip,
  kFsync,        ///< Of a file of which one byte was overwritten.
  kAppendFsync,  ///< 200 bytes more, and fdatasync.
  kRename,
  kStat,
  kReplacement,       ///< Write a file of the store's size, fsync, rename, fsync of the directory.
  kQuickReplacement,  ///< The same without the syncs.
};

/// One store that can take part.
struct Candidate {
  std::string name;
  /// Made anew in each process that opens it. Empty where `command` or `not_here` says why.
  std::function<std::unique_ptr<conformance::Backend>()> make = {};
  std::vector<std::string> command = {};  ///< A driver's; empty where the backend is linked.
  Primitive write_limit = Primitive::kPipeRoundTrip;  ///< What a write cannot do without.
  Primitive read_limit = Primitive::kPipeRoundTrip;   ///< What a lookup cannot do without.
  bool only_if_named = false;  ///< It does not take part unless it is asked for.
  std::string not_here = {};   ///< Why it cannot take part in this build.
};

/// All that this build knows, those that cannot take part included. The order is that of reports.
[[nodiscard]] const std::vector<Candidate>& AllCandidates();

/// Errors: a sentence that lists the names there are.
[[nodiscard]] Expected<Candidate, std::string> CandidateNamed(std::string_view name);

}  // namespace holdfast::bench
