// What a verdict costs: over the length of a history, its processes and its kills, for each model.
// Reading the file is not counted; laying out, searching and replaying the witness are.
//
// The "Set" benchmarks judge sets of the shapes for which figures of other checkers are known.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "conformance/judge/judge.h"
#include "conformance/judge/keyed_store_case.h"
#include "conformance/judge/object_case.h"
#include "conformance/judge/tests/generated_history.h"

namespace holdfast::conformance {
namespace {

template <typename DialectOf>
struct ReadLinesOf {
  explicit ReadLinesOf(const std::string& text) : reader(dialect) {
    if (!ReadLines(text, reader)) throw std::logic_error("a generated history is none");
  }
  DialectOf dialect;
  HistoryReader reader;
};

void MustPass(const linear::Finding& finding) {
  if (finding.answer != linear::Answer::kLinearizable) {
    throw std::logic_error("a good history did not pass");
  }
}

template <typename DialectOf>
std::uint64_t JudgeLines(const ReadLinesOf<DialectOf>& read) {
  ObjectCase<decltype(read.dialect.plain())> searched(read.dialect, read.reader);
  const linear::Finding finding = SearchAndReplay(searched, {});
  MustPass(finding);
  return finding.steps;
}

std::uint64_t JudgeStore(const ConcurrentHistory& history) {
  KeyedStoreCase searched(history);
  const linear::Finding finding = SearchAndReplay(searched, {});
  MustPass(finding);
  return finding.steps;
}

void Count(benchmark::State& state, std::uint64_t steps, std::size_t operations) {
  state.counters["steps"] = static_cast<double>(steps);
  state.counters["operations"] = static_cast<double>(operations);
}

// 102 histories of 73 to 90 operations of five clients on one register.
void SetOfRegisters(benchmark::State& state) {
  std::vector<std::unique_ptr<ReadLinesOf<RegisterDialect>>> histories;
  std::size_t operations = 0;
  for (int i = 0; i < 102; ++i) {
    ObjectShape shape;
    shape.bustle.operations = 73 + i % 18;
    shape.bustle.processes = 5;
    shape.bustle.unknown_percent = static_cast<int>(state.range(0));
    operations += static_cast<std::size_t>(shape.bustle.operations);
    histories.push_back(std::make_unique<ReadLinesOf<RegisterDialect>>(
        GenerateRegisterLines(shape, static_cast<std::uint64_t>(i))));
  }
  std::uint64_t steps = 0;
  for (auto _ : state) {
    steps = 0;
    for (const auto& history : histories) steps += JudgeLines(*history);
  }
  Count(state, steps, operations);
}
BENCHMARK(SetOfRegisters)->Arg(0)->Arg(3)->Unit(benchmark::kMillisecond);

// One history of 1,712 operations of 50 clients on 10 keys.
void OneMap(benchmark::State& state) {
  ObjectShape shape;
  shape.bustle.operations = 1712;
  shape.bustle.processes = 50;
  const ReadLinesOf<KvDialect> history(
      GenerateKvLines(shape, static_cast<std::uint64_t>(state.range(0))));
  std::uint64_t steps = 0;
  for (auto _ : state) steps = JudgeLines(history);
  Count(state, steps, 1712);
}
BENCHMARK(OneMap)->DenseRange(1, 3)->Unit(benchmark::kMillisecond);

// The same with all keys searched together.
void OneMapTogether(benchmark::State& state) {
  ObjectShape shape;
  shape.bustle.operations = 1712;
  shape.bustle.processes = 50;
  const ReadLinesOf<KvDialect> history(
      GenerateKvLines(shape, static_cast<std::uint64_t>(state.range(0))));
  std::uint64_t steps = 0;
  for (auto _ : state) {
    ObjectCase<linear::Kv> searched(history.dialect, history.reader);
    const linear::Finding finding =
        linear::SearchTogether(searched.Sharpened(searched.timeline()), searched.model());
    MustPass(finding);
    steps = finding.steps;
  }
  Count(state, steps, 1712);
}
BENCHMARK(OneMapTogether)->DenseRange(1, 3)->Unit(benchmark::kMillisecond);

// 72 histories of 100 to 400 operations of a keyed store with entries, clear, eviction and kills.
void SetOfStores(benchmark::State& state) {
  std::vector<ConcurrentHistory> histories;
  std::size_t operations = 0;
  for (int i = 0; i < 72; ++i) {
    StoreShape shape;
    shape.bustle.operations = 100 + 300 * i / 71;
    shape.bustle.processes = 2 + i % 5;
    shape.bustle.crash_percent = 3;
    shape.bustle.phase_operations = 40;
    shape.ids = 3 + i % 6;
    shape.max_entries = 2 + i % 4;
    shape.ttl_percent = 20;
    operations += static_cast<std::size_t>(shape.bustle.operations);
    histories.push_back(GenerateStoreHistory(shape, static_cast<std::uint64_t>(i)));
  }
  std::uint64_t steps = 0;
  for (auto _ : state) {
    steps = 0;
    for (const ConcurrentHistory& history : histories) steps += JudgeStore(history);
  }
  Count(state, steps, operations);
}
BENCHMARK(SetOfStores)->Unit(benchmark::kMillisecond);

// Violations of 85 operations each: what finding and explaining one costs, and how small its core
// is.
void Explanations(benchmark::State& state) {
  std::vector<ConcurrentHistory> violations;
  Dice dice(1);
  for (std::uint64_t seed = 0; violations.size() < 50; ++seed) {
    StoreShape shape;
    shape.bustle.operations = 85;
    shape.bustle.processes = 4;
    shape.bustle.crash_percent = 3;
    shape.bustle.phase_operations = 40;
    shape.ids = 4;
    if (state.range(0) != 0) shape.max_entries = 3;
    shape.ttl_percent = 20;
    ConcurrentHistory history = GenerateStoreHistory(shape, seed);
    Damage(history, dice);
    if (JudgeHistory(history).answer == linear::Answer::kViolation) {
      violations.push_back(std::move(history));
    }
  }
  std::vector<std::size_t> cores;
  for (auto _ : state) {
    cores.clear();
    for (const ConcurrentHistory& history : violations) {
      cores.push_back(JudgeHistory(history).explanation.value().core.size());
    }
  }
  std::sort(cores.begin(), cores.end());
  state.counters["violations"] = static_cast<double>(violations.size());
  state.counters["median_core"] = static_cast<double>(cores[cores.size() / 2]);
  state.counters["largest_core"] = static_cast<double>(cores.back());
}
BENCHMARK(Explanations)->ArgName("cap")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

void Store(benchmark::State& state) {
  StoreShape shape;
  shape.bustle.operations = static_cast<int>(state.range(0));
  shape.bustle.processes = static_cast<int>(state.range(1));
  shape.bustle.crash_percent = static_cast<int>(state.range(2));
  shape.bustle.phase_operations = 50;
  shape.ids = 6;
  shape.max_entries = 4;
  shape.ttl_percent = 20;
  const ConcurrentHistory history = GenerateStoreHistory(shape, 1);
  std::uint64_t steps = 0;
  for (auto _ : state) steps = JudgeStore(history);
  Count(state, steps, history.calls.size());
}
BENCHMARK(Store)
    ->ArgNames({"operations", "processes", "crashes"})
    ->Args({100, 4, 0})
    ->Args({1000, 4, 0})
    ->Args({10'000, 4, 0})
    ->Args({1000, 2, 0})
    ->Args({1000, 8, 0})
    ->Args({1000, 4, 2})
    ->Args({1000, 4, 10})
    ->Args({10'000, 4, 5})
    ->Unit(benchmark::kMillisecond);

void RegisterOf(benchmark::State& state) {
  ObjectShape shape;
  shape.bustle.operations = static_cast<int>(state.range(0));
  shape.bustle.processes = static_cast<int>(state.range(1));
  shape.bustle.crash_percent = static_cast<int>(state.range(2));
  const ReadLinesOf<RegisterDialect> history(GenerateRegisterLines(shape, 1));
  std::uint64_t steps = 0;
  for (auto _ : state) steps = JudgeLines(history);
  Count(state, steps, static_cast<std::size_t>(state.range(0)));
}
BENCHMARK(RegisterOf)
    ->ArgNames({"operations", "processes", "crashes"})
    ->Args({1000, 5, 0})
    ->Args({10'000, 5, 0})
    ->Args({10'000, 20, 0})
    ->Args({10'000, 5, 5})
    ->Unit(benchmark::kMillisecond);

void MapOf(benchmark::State& state) {
  ObjectShape shape;
  shape.bustle.operations = static_cast<int>(state.range(0));
  shape.bustle.processes = static_cast<int>(state.range(1));
  shape.bustle.crash_percent = static_cast<int>(state.range(2));
  const ReadLinesOf<KvDialect> history(GenerateKvLines(shape, 1));
  std::uint64_t steps = 0;
  for (auto _ : state) steps = JudgeLines(history);
  Count(state, steps, static_cast<std::size_t>(state.range(0)));
}
BENCHMARK(MapOf)
    ->ArgNames({"operations", "processes", "crashes"})
    ->Args({1000, 10, 0})
    ->Args({10'000, 10, 0})
    ->Args({10'000, 50, 0})
    ->Args({10'000, 10, 5})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace holdfast::conformance
