// What the supervisor costs: one system call of each sort, alone, under the supervisor, and with
// the bytes of writes kept. And what starting a driver costs, and deriving a kill state.
#include <benchmark/benchmark.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>

#include "bench/scratch_directory.h"
#include "conformance/actor/child_process.h"
#include "conformance/actor/driver_client.h"
#include "conformance/backends/reference/reference_backend.h"
#include "conformance/supervise/supervision.h"
#include "conformance/trace/apply.h"

namespace holdfast::conformance {
namespace {

namespace fs = std::filesystem;

constexpr int kCalls = 2000;
constexpr std::chrono::seconds kDeadline{60};

enum class Watch { kNone, kSteps, kStepsAndBytes };

// A store directory and a folder beside it.
struct Place {
  bench::ScratchDirectory root;
  fs::path store = fs::path(root.path()) / "store";
  Place() { fs::create_directory(store); }
};

// All a command prints.
std::string OutputOf(const DriverSource& source) {
  const auto deadline = std::chrono::steady_clock::now() + kDeadline;
  auto child = ChildProcess::Start(source, deadline);
  std::string output;
  if (!child) return output;
  char chunk[256];
  while (WaitReadable(child->stdout_fd(), deadline)) {
    const ssize_t got = read(child->stdout_fd(), chunk, sizeof chunk);
    if (got <= 0) break;
    output.append(chunk, static_cast<std::size_t>(got));
  }
  return output;
}

void OneCall(benchmark::State& state, const char* call, Watch watch) {
  setenv("HOLDFAST_SUPERVISE", HOLDFAST_SUPERVISE_PROGRAM, 1);
  if (const auto why = WhyNotSupervised(); why) return state.SkipWithError(why->c_str());
  for (auto _ : state) {
    const Place place;
    DriverSource source{{HOLDFAST_STEP_LOOP, call, std::to_string(kCalls), place.store}, nullptr};
    const Supervision supervision(
        {place.store, place.root.path(), {}, watch == Watch::kStepsAndBytes});
    if (watch != Watch::kNone) source = supervision.Of(source);
    const double nanoseconds = std::atof(OutputOf(source).c_str());
    if (nanoseconds <= 0) return state.SkipWithError("the loop did not end");
    state.SetIterationTime(nanoseconds * 1e-9);
  }
}

#define ONE_CALL(call)                                                                           \
  BENCHMARK_CAPTURE(OneCall, call##_alone, #call, Watch::kNone)->UseManualTime()->Iterations(5); \
  BENCHMARK_CAPTURE(OneCall, call##_watched, #call, Watch::kSteps)                               \
      ->UseManualTime()                                                                          \
      ->Iterations(5);                                                                           \
  BENCHMARK_CAPTURE(OneCall, call##_kept, #call, Watch::kStepsAndBytes)                          \
      ->UseManualTime()                                                                          \
      ->Iterations(5)
ONE_CALL(getppid);
ONE_CALL(stat_outside);
ONE_CALL(fstat);
ONE_CALL(stat);
ONE_CALL(pwrite_128);
ONE_CALL(pwrite_4096);

// A driver of the reference store from its start to its end, with one register.
std::optional<trace::Trace> RegisterOnce(Backend& backend, const Place& place, bool is_supervised) {
  const Supervision supervision({place.store, place.root.path()});
  const DriverSource source{{}, &backend};
  auto client = DriverClient::Start(is_supervised ? supervision.Of(source) : source);
  if (!client) return std::nullopt;
  const auto opened = client->Open({place.store, "bench", 10, std::nullopt, std::nullopt});
  if (!opened || !*opened) return std::nullopt;
  if (!client->Call({OpKind::kRegister, "a", Json(1), {}}, {"main", 1}) || !client->Stop())
    return std::nullopt;
  if (!is_supervised) return trace::Trace{};
  auto trace = supervision.TakeTrace();
  return trace ? std::optional(std::move(*trace)) : std::nullopt;
}

void DriverRun(benchmark::State& state, bool is_supervised) {
  setenv("HOLDFAST_SUPERVISE", HOLDFAST_SUPERVISE_PROGRAM, 1);
  const auto backend = MakeReferenceBackend();
  for (auto _ : state) {
    const Place place;
    if (!RegisterOnce(*backend, place, is_supervised)) return state.SkipWithError("no run");
  }
}
BENCHMARK_CAPTURE(DriverRun, alone, false)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(DriverRun, recorded, true)->UseRealTime()->Unit(benchmark::kMillisecond);

// Every kill state of such a run, made as a directory.
void KillState(benchmark::State& state) {
  setenv("HOLDFAST_SUPERVISE", HOLDFAST_SUPERVISE_PROGRAM, 1);
  const auto backend = MakeReferenceBackend();
  const Place place;
  const trace::Tree start = trace::ReadTree(place.store).value();
  const auto trace = RegisterOnce(*backend, place, true);
  if (!trace) return state.SkipWithError("no run");
  std::int64_t states = 0;
  for (auto _ : state) {
    trace::Tree tree = start;
    for (const trace::Step& step : trace->steps) {
      if (!trace::Apply(tree, step, *trace)) return state.SkipWithError("not rebuilt");
      const Place rebuilt;
      if (!trace::WriteTree(tree, rebuilt.store)) return state.SkipWithError("not written");
      benchmark::DoNotOptimize(trace::ContentHash(tree));
      ++states;
    }
  }
  state.SetItemsProcessed(states);
}
BENCHMARK(KillState)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace holdfast::conformance
