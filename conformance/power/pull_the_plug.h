// The states of one run, crash point by crash point. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "conformance/power/disk.h"
#include "conformance/power/disk_states.h"
#include "conformance/power/rules.h"

namespace holdfast::power {

/// Gathers states, each content once.
class Gathered {
 public:
  explicit Gathered(DiskStates& states) : states_(states) {}
  void Add(const trace::Tree& tree, Way way);

 private:
  DiskStates& states_;
  std::map<std::string, std::size_t> by_hash_;
};

/// Every prefix of the trace, and of a write that spans pages: the profile `kill`. `states` has its
/// units and its start.
void PullAfterEveryStep(const trace::Trace& trace, const Bounds& bounds, DiskStates& states);

/// Follows the barriers of a run and pulls the plug where it makes a difference.
class Plug {
 public:
  /// `states` has its units and its start, and is filled.
  Plug(const trace::Trace& trace, Profile profile, const Bounds& bounds, DiskStates& states);
  void Run();

 private:
  [[nodiscard]] static bool IsPoint(const trace::Step& step);
  void Pull(std::uint64_t step);
  void Gather(const CrashPoint& at, const std::vector<Choice>& choices);

  const trace::Trace& trace_;
  Bounds bounds_;
  std::size_t most_;  // states of one sort at a point
  DiskStates& states_;
  Gathered gathered_;
  Uncovered uncovered_;
  std::size_t begun_ = 0;  // units
  Disk names_;             // the start
  Disk settled_;           // the start with the units before the first one that is not covered
  std::size_t folded_ = 0;
};

}  // namespace holdfast::power
