#include "conformance/crash/crash_drill.h"

namespace holdfast::conformance {
namespace {

bool Persists(const Capabilities& c) { return c.persistence != Persistence::kNone; }
bool OfMany(const Capabilities& c) { return Persists(c) && c.multi_process; }

}  // namespace

const std::vector<Situation>& CrashSituations() {
  static const std::vector<Situation> kSituations = {
      {"crash-kept", {"DUR-2"}, "a state that a kill leaves is opened", 50, Persists},
      {"crash-in-operation", {"DUR-2"}, "a kill between two steps of an operation", 20, Persists},
      {"crash-at-open", {"DUR-3"}, "a kill while a store is opened", 3, Persists},
      {"crash-at-close", {"DUR-2"}, "a kill after the last answer", 3, Persists},
      {"crash-fresh", {"DUR-3"}, "a kill over a store that is new", 10, Persists},
      {"crash-filled", {"DUR-2"}, "a kill over a store that holds entries", 10, Persists},
      {"crash-by-real-kill",
       {"DUR-2"},
       "a derived state beside what a real kill left",
       3,
       Persists},
      {"crash-in-recovery", {"DUR-3"}, "a kill while what a kill left is opened", 5, Persists},
      {"crash-again-and-again",
       {"DUR-8"},
       "five kills at one step, one after another",
       2,
       Persists},
      {"crash-survived",
       {"DUR-3", "CON-4"},
       "a process goes on while another one is killed",
       3,
       OfMany},
  };
  return kSituations;
}

void SightKill(const Drill& drill, const trace::Trace& trace, std::uint64_t k, std::size_t answers,
               Coverage& met) {
  met.Hit("crash-kept");
  if (answers >= kAnswersBeforeCalls + drill.calls.size()) {
    met.Hit("crash-at-close");
  } else if (answers < kAnswersBeforeCalls) {
    met.Hit("crash-at-open");
  } else if (k > 0 && trace.steps[k - 1].kind != trace::StepKind::kAcknowledge) {
    met.Hit("crash-in-operation");
  }
  met.Hit(drill.fill.empty() ? "crash-fresh" : "crash-filled");
}

}  // namespace holdfast::conformance
