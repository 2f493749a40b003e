// What the reference store costs, beside what it could not do without (the system calls) and beside
// what people write instead (naive_store.h). All in one run, since the disk sets the scale: compare
// lines of one run only. Every figure is wall time. The directory is in scratch_directory.h.
#include <benchmark/benchmark.h>
#include <sys/stat.h>

#include <chrono>
#include <memory>
#include <string>

#include "bench/naive_store.h"
#include "bench/posix_calls.h"
#include "bench/replacement.h"
#include "bench/scratch_directory.h"
#include "holdfast/reference/store.h"

namespace holdfast::bench {
namespace {

using std::chrono::duration;
using std::chrono::steady_clock;

// What a Slack thread's entry looks like: about 130 bytes in the file.
std::string Id(std::int64_t n) {
  return "T0123ABCD:C0456EFGH:1700000000." + std::to_string(100000 + n);
}
Json Record() { return {{"agent", "support-bot"}, {"repliedAt", 1700000000123}}; }

std::unique_ptr<reference::Store> OpenReference(const std::string& dir) {
  reference::StoreOptions options;
  options.dir = dir;
  options.namespace_name = "bench";
  options.max_entries = 100'000;
  auto store = reference::Store::Open(std::move(options));
  if (!store) {
    std::fprintf(stderr, "%s\n", store.error().message.c_str());
    std::exit(2);
  }
  return std::move(*store);
}

std::string StorePath(const std::string& dir) { return dir + "/lifecycle/bench/store.json"; }

// Fails the benchmark where an operation did not do what is being measured.
template <typename Answer>
void Check(benchmark::State& state, const Answer& answer) {
  if (!answer) state.SkipWithError("the operation failed");
}

// Fills a store by planting its file: a thousand registers would take the benchmark's time.
void Plant(const std::string& path, std::int64_t entries) {
  Json envelope = {{"version", 1}, {"entries", Json::object()}};
  for (std::int64_t n = 0; n < entries; ++n)
    envelope["entries"][Id(n)] = {{"record", Record()}, {"createdAt", 1700000000000 + n}};
  OpenFile(path, O_WRONLY | O_CREAT | O_TRUNC).Write(envelope.dump());
}

// A reference store of that many entries, in a directory of its own.
struct ReferenceWorld {
  explicit ReferenceWorld(std::int64_t entries) : store(OpenReference(scratch.path())) {
    if (!store->Register(Id(0), Record())) std::exit(2);  // makes the directories
    Plant(StorePath(scratch.path()), entries);
    if (!store->Lookup(Id(0))) std::exit(2);
  }
  ScratchDirectory scratch;
  std::unique_ptr<reference::Store> store;
};

struct NaiveWorld {
  NaiveWorld(std::int64_t entries, Rewriting rewriting) : store(scratch.path(), rewriting) {
    Plant(scratch.path() + "/naive.json", entries);
  }
  ScratchDirectory scratch;
  NaiveStore store;
};

// The bytes of a store file with that many entries.
std::string StoreBytes(std::int64_t entries) {
  const ScratchDirectory scratch;
  const std::string path = scratch.path() + "/bytes";
  Plant(path, entries);
  std::string bytes(static_cast<std::size_t>(entries) * 1000 + 1000, '\0');
  const OpenFile file(path, O_RDONLY);
  bytes.resize(
      static_cast<std::size_t>(Must(::read(file.fd(), bytes.data(), bytes.size()), "read")));
  return bytes;
}

void PrimitiveReplacement(benchmark::State& state) {
  const Replacement replacement(StoreBytes(state.range(0)));
  for (auto _ : state) replacement.Run();
  state.counters["file_bytes"] = static_cast<double>(replacement.bytes());
}

void ReferenceRegister(benchmark::State& state) {
  ReferenceWorld world(state.range(0));
  const Replacement replacement(StoreBytes(state.range(0)));
  duration<double> registering{};
  duration<double> replacing{};
  std::int64_t n = 0;
  // By turns with the bare system calls, so that both see the same disk.
  for (auto _ : state) {
    const auto begin = steady_clock::now();
    Check(state, world.store->Register(Id(n++ % state.range(0)), Record()));
    const auto middle = steady_clock::now();
    replacement.Run();
    const auto end = steady_clock::now();
    registering += middle - begin;
    replacing += end - middle;
    state.SetIterationTime(duration<double>(middle - begin).count());
  }
  state.counters["register_per_replacement"] = registering / replacing;
}

void ReferenceConsume(benchmark::State& state) {
  ReferenceWorld world(state.range(0));
  for (auto _ : state) {
    Check(state, world.store->Consume(Id(1)).value_or(std::nullopt));
    state.PauseTiming();
    Check(state, world.store->Register(Id(1), Record()));
    state.ResumeTiming();
  }
}

void ReferenceLookup(benchmark::State& state) {
  const ReferenceWorld world(state.range(0));
  const std::string path = StorePath(world.scratch.path());
  const std::string id = Id(state.range(0) / 2);
  duration<double> looking{};
  duration<double> statting{};
  constexpr int kBatch = 1000;
  // By turns, so that both see the same machine: the ratio is to stay below 3.
  for (auto _ : state) {
    const auto begin = steady_clock::now();
    for (int i = 0; i < kBatch; ++i) benchmark::DoNotOptimize(world.store->Lookup(id));
    const auto middle = steady_clock::now();
    for (int i = 0; i < kBatch; ++i) {
      struct stat status {};
      benchmark::DoNotOptimize(Must(::stat(path.c_str(), &status), "stat"));
    }
    const auto end = steady_clock::now();
    looking += middle - begin;
    statting += end - middle;
    state.SetIterationTime(duration<double>(middle - begin).count());
  }
  const double batches = static_cast<double>(state.iterations()) * kBatch;
  state.SetItemsProcessed(state.iterations() * kBatch);
  state.counters["lookup_ns"] = 1e9 * looking.count() / batches;
  state.counters["stat_ns"] = 1e9 * statting.count() / batches;
  state.counters["lookup_per_stat"] = looking / statting;
}

// A lookup after another process has replaced the file: lock, read, parse, fsync of the directory.
void ReferenceLookupOfAChangedStore(benchmark::State& state) {
  ReferenceWorld world(state.range(0));
  const auto neighbour = OpenReference(world.scratch.path());
  for (auto _ : state) {
    state.PauseTiming();
    Check(state, neighbour->Register(Id(1), Record()));
    state.ResumeTiming();
    Check(state, world.store->Lookup(Id(1)).value_or(std::nullopt));
  }
}

void NaiveRegister(benchmark::State& state, Rewriting rewriting) {
  NaiveWorld world(state.range(0), rewriting);
  std::int64_t n = 0;
  for (auto _ : state) world.store.Register(Id(n++ % state.range(0)), Record());
}

void NaiveConsume(benchmark::State& state, Rewriting rewriting) {
  NaiveWorld world(state.range(0), rewriting);
  for (auto _ : state) {
    Check(state, world.store.Consume(Id(1)));
    state.PauseTiming();
    world.store.Register(Id(1), Record());
    state.ResumeTiming();
  }
}

void NaiveLookup(benchmark::State& state) {
  const NaiveWorld world(state.range(0), Rewriting::kInPlace);
  for (auto _ : state) Check(state, world.store.Lookup(Id(state.range(0) / 2)));
}

void PrimitiveFsync(benchmark::State& state) {
  const ScratchDirectory scratch;
  const OpenFile file(scratch.path() + "/file", O_RDWR | O_CREAT);
  for (auto _ : state) {
    Must(::pwrite(file.fd(), "x", 1, 0), "pwrite");
    file.Sync();
  }
}

void PrimitiveRename(benchmark::State& state) {
  const ScratchDirectory scratch;
  std::string from = scratch.path() + "/a";
  std::string to = scratch.path() + "/b";
  const OpenFile file(from, O_RDWR | O_CREAT);
  for (auto _ : state) {
    Must(std::rename(from.c_str(), to.c_str()), "rename");
    std::swap(from, to);
  }
}

void PrimitiveStat(benchmark::State& state) {
  const ReferenceWorld world(1);
  const std::string path = StorePath(world.scratch.path());
  for (auto _ : state) {
    struct stat status {};
    benchmark::DoNotOptimize(Must(::stat(path.c_str(), &status), "stat"));
  }
}

BENCHMARK(PrimitiveStat)->UseRealTime();
BENCHMARK(PrimitiveRename)->UseRealTime();
BENCHMARK(PrimitiveFsync)->UseRealTime();
BENCHMARK(PrimitiveReplacement)->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK(ReferenceRegister)->Arg(100)->Arg(1000)->UseManualTime();
BENCHMARK(ReferenceConsume)->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK(ReferenceLookup)->Arg(100)->Arg(1000)->UseManualTime();
BENCHMARK(ReferenceLookupOfAChangedStore)->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK_CAPTURE(NaiveRegister, in_place, Rewriting::kInPlace)->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK_CAPTURE(NaiveRegister, renamed, Rewriting::kRenamed)->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK_CAPTURE(NaiveConsume, in_place, Rewriting::kInPlace)->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK_CAPTURE(NaiveConsume, renamed, Rewriting::kRenamed)->Arg(100)->Arg(1000)->UseRealTime();
BENCHMARK(NaiveLookup)->Arg(100)->Arg(1000)->UseRealTime();

}  // namespace
}  // namespace holdfast::bench
