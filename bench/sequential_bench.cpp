// Level `sequential` on the reference store, on one core: programs and operations judged a second,
// and what the suite adds to the store's own work. The same programs are run twice in each round,
// through the suite (a process behind the protocol, the files looked at, the results judged) and
// directly on the store; `added` is the difference as a share of the direct time. Wait for a new
// process is the suite's own, so a respawn counts as close and open in the direct run.
#include <benchmark/benchmark.h>

#include <chrono>
#include <map>

#include "bench/scratch_directory.h"
#include "conformance/backends/reference/reference_backend.h"
#include "conformance/campaign/files.h"
#include "conformance/campaign/run_program.h"
#include "conformance/check/sequential.h"
#include "conformance/program/generate.h"

namespace holdfast::conformance {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kPrograms = 200;

// Runs a program's operations on the store itself.
class DirectRun {
 public:
  DirectRun(const Program& program, Backend& backend, const std::filesystem::path& dir)
      : program_(program), backend_(backend), dir_(dir), now_(program.setup.start_ms) {}

  void Go() {
    OpenAll();
    for (const Step& step : program_.steps) std::visit([&](const auto& s) { Do(s); }, step);
  }

 private:
  void Open(std::size_t store) {
    stores_[store].reset();
    const OpenOptions options{dir_.string(), program_.setup.stores[store].namespace_name,
                              program_.setup.max_entries, program_.setup.default_ttl_ms,
                              std::nullopt};
    stores_[store] = backend_.Open(options, [](const QuarantineEvent&) {}).value();
  }
  void OpenAll() {
    for (std::size_t store = 0; store < program_.setup.stores.size(); ++store) Open(store);
  }
  void Do(const CallStep& step) {
    benchmark::DoNotOptimize(Apply(*stores_[step.store], step.operation, now_));
  }
  void Do(const AdvanceStep& step) { now_ = std::max<std::int64_t>(1, now_ + step.delta_ms); }
  void Do(const RestartStep& step) { Open(step.store); }
  void Do(const RespawnStep&) { OpenAll(); }
  void Do(const DamageStep& step) {
    const auto path = EnvelopePath(dir_, "demo");
    OverwriteFile(path, ApplyDamage(step.damage, ReadFile(path).value_or("")));
  }
  void Do(const ProbeOpenStep&) { Open(0); }
  void Do(const VisitStep& step) {
    const OpenOptions options{dir_.string(), step.namespace_name, program_.setup.max_entries,
                              program_.setup.default_ttl_ms, std::nullopt};
    stores_[0].reset();
    benchmark::DoNotOptimize(Apply(*backend_.Open(options, [](const QuarantineEvent&) {}).value(),
                                   step.operation, now_));
    Open(0);
  }
  void Do(const ClosedCallStep& step) { Open(step.store); }

  const Program& program_;
  Backend& backend_;
  std::filesystem::path dir_;
  std::int64_t now_;
  std::map<std::size_t, std::unique_ptr<OpenStore>> stores_;
};

double SecondsOf(const std::function<void()>& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void SequentialPrograms(benchmark::State& state) {
  const bench::ScratchDirectory scratch;
  const auto backend = MakeReferenceBackend();
  const Capabilities claims = backend->Describe().capabilities;
  std::vector<Program> programs;
  std::size_t operations = 0;
  for (std::uint64_t number = 0; number < kPrograms; ++number) {
    programs.push_back(GenerateProgram(1, number, claims));
    operations += programs.back().CountOperations();
  }
  double suite_seconds = 0;
  double direct_seconds = 0;
  for (auto _ : state) {
    Session session({{}, backend.get()});
    double suite_round = 0;
    for (const Program& program : programs) {  // interleaved, so that both meet the same disk
      const ScratchDir through_suite(scratch.path());
      suite_round += SecondsOf([&] {
        benchmark::DoNotOptimize(
            GenerateProgram(1, 0, claims));  // drawing is part of the suite's work
        const Run run = RunProgram(program, session, through_suite.path());
        const Judgement judgement = JudgeSequential(run.history, claims);
        if (judgement.verdict != Verdict::kPass)
          state.SkipWithError("the reference store does not conform");
      });
      const ScratchDir direct(scratch.path());
      direct_seconds += SecondsOf([&] { DirectRun(program, *backend, direct.path()).Go(); });
    }
    suite_seconds += suite_round;
    state.SetIterationTime(suite_round);
  }
  state.counters["added"] = (suite_seconds - direct_seconds) / direct_seconds;
  state.counters["programs/s"] = benchmark::Counter(
      static_cast<double>(kPrograms * state.iterations()), benchmark::Counter::kIsRate);
  state.counters["operations/s"] = benchmark::Counter(
      static_cast<double>(operations * state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(SequentialPrograms)->UseManualTime()->Iterations(5)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace holdfast::conformance
