#include "conformance/drill/aim.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "conformance/campaign/files.h"

namespace holdfast::conformance {
namespace {

// The first writes of a store make files, and are struck by short drills.
constexpr std::size_t kFirstCalls = 8;
// What is done in more than one of so many calls is met by short drills too.
constexpr std::size_t kSeldom = 8;
constexpr std::size_t kCallsAfter = 2;

// What a call does to the directory: the kinds of its steps, and the files.
using Doing = std::set<std::string>;

bool Changes(trace::StepKind kind) {
  switch (kind) {
    case trace::StepKind::kRead:
    case trace::StepKind::kLook:
    case trace::StepKind::kLock:
    case trace::StepKind::kAcknowledge:
      return false;
    default:
      return true;
  }
}

std::vector<Doing> DoingsOf(const trace::Trace& trace, std::size_t calls) {
  std::map<std::string, std::set<std::int64_t>> users;
  for (const trace::Step& step : trace.steps) users[step.path].insert(step.place.operation);
  std::vector<Doing> doings(calls);
  for (const trace::Step& step : trace.steps) {
    const std::int64_t call = step.place.operation - static_cast<std::int64_t>(kAnswersBeforeCalls);
    if (call < 0 || call >= static_cast<std::int64_t>(calls) || !Changes(step.kind)) continue;
    // A file that one call alone uses has a name of its own each time.
    const std::string file = users[step.path].size() > 1 ? step.path : "a passing one";
    doings[static_cast<std::size_t>(call)].insert(std::string(trace::StepKindName(step.kind)) +
                                                  " " + file);
  }
  return doings;
}

// The first call of each sort that is seldom.
std::vector<std::size_t> SeldomOnes(const std::vector<Doing>& doings) {
  std::map<Doing, std::vector<std::size_t>> sorts;
  for (std::size_t call = 0; call < doings.size(); ++call) sorts[doings[call]].push_back(call);
  std::vector<std::size_t> seldom;
  for (const auto& [doing, calls] : sorts) {
    if (calls.size() * kSeldom > doings.size()) continue;
    const auto late = std::lower_bound(calls.begin(), calls.end(), kFirstCalls);
    if (late != calls.end()) seldom.push_back(*late);
  }
  return seldom;
}

}  // namespace

Drill Aimed(Drill drill, const DrillGround& ground) {
  if (drill.fill.size() < kLongFill || ground.IsLate()) return drill;
  const ScratchDir dir(ground.memory_dir);
  DrillClock clock(drill.start_ms, ground.description.capabilities.HasVirtualClock());
  const FollowedProcess followed =
      Follow({dir.path(), drill.max_entries, drill.fill, false}, {}, ground, clock);
  if (followed.fault || !followed.trace) return drill;
  const std::vector<std::size_t> seldom =
      SeldomOnes(DoingsOf(*followed.trace, followed.seen.calls.size()));
  if (seldom.empty()) return drill;
  // By lot, but the same one each time.
  std::mt19937_64 random(static_cast<std::uint64_t>(drill.fill.size()));
  const auto call = static_cast<std::ptrdiff_t>(seldom[random() % seldom.size()]);
  std::vector<Operation> calls = {drill.fill[static_cast<std::size_t>(call)]};
  for (const Operation& after : drill.calls) {
    if (calls.size() <= kCallsAfter) calls.push_back(after);
  }
  drill.fill.erase(drill.fill.begin() + call, drill.fill.end());
  drill.calls = std::move(calls);
  return drill;
}

}  // namespace holdfast::conformance
