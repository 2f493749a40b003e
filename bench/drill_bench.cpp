// Whole drills on the reference store, on one core: its processes followed, killed, made to fail or
// cut off, each state opened and judged. An item is a strike: a state that a kill or a loss of
// power leaves, or a step that was made to fail.
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include "bench/scratch_directory.h"
#include "conformance/backends/reference/reference_backend.h"
#include "conformance/campaign/files.h"
#include "conformance/crash/crash_drill.h"
#include "conformance/fault/fault_drill.h"
#include "conformance/power/power_drill.h"
#include "conformance/supervise/supervision.h"

namespace holdfast::conformance {
namespace {

using Draw = Drill (*)(std::uint64_t, std::uint64_t, const Capabilities&);
using Run = DrillOutcome (*)(const Drill&, const DrillGround&);

std::optional<std::string> WhyNotPassed(const DrillOutcome& outcome) {
  if (outcome.failure) return "the reference store failed: " + outcome.failure->title;
  if (outcome.fault) return "the driver is at fault: " + outcome.fault->message;
  if (outcome.undecided) return *outcome.undecided;
  return {};
}

void Judged(benchmark::State& state, Draw draw, Run run) {
  setenv("HOLDFAST_SUPERVISE", HOLDFAST_SUPERVISE_PROGRAM, 1);
  if (const auto why = WhyNotSupervised()) return state.SkipWithError(why->c_str());
  const auto backend = MakeReferenceBackend();
  const auto description = backend->Describe();
  std::uint64_t strikes = 0;
  std::uint64_t number = 0;
  for (auto _ : state) {
    const bench::ScratchDirectory root;
    const ScratchDir memory(MemoryOr(root.path()));
    const DrillGround ground{{{}, backend.get()}, {}, description, root.path(), memory.path()};
    const DrillOutcome outcome = run(draw(1, number++, description.capabilities), ground);
    if (const auto why = WhyNotPassed(outcome)) return state.SkipWithError(why->c_str());
    strikes += outcome.strikes;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(strikes));
}
BENCHMARK_CAPTURE(Judged, crash, DrawDrill, RunCrashDrill)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(10);
BENCHMARK_CAPTURE(Judged, fault, DrawDrill, RunFaultDrill)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(10);
BENCHMARK_CAPTURE(Judged, power, DrawPowerDrill, RunPowerDrill)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(10);

}  // namespace
}  // namespace holdfast::conformance
