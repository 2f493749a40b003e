// What the wire costs: a lookup in memory, called directly and through a driver process. The
// store's own work is next to nothing here, so the difference is what the suite adds to each
// operation.
#include <benchmark/benchmark.h>

#include "conformance/actor/driver_client.h"
#include "conformance/backends/memory/memory_backend.h"

namespace holdfast::conformance {
namespace {

const OpenOptions kOptions{"/tmp", "bench", 1000, std::nullopt, std::nullopt};
const Operation kRegister{OpKind::kRegister, "a", Json{{"n", 1}}, std::nullopt};
const Operation kLookup{OpKind::kLookup, "a", nullptr, std::nullopt};

void LookupDirect(benchmark::State& state) {
  const auto backend = MakeMemoryBackend();
  const auto store = backend->Open(kOptions, [](const QuarantineEvent&) {}).value();
  if (!Apply(*store, kRegister, 1)) return state.SkipWithError("register");
  for (auto _ : state) benchmark::DoNotOptimize(Apply(*store, kLookup, 1));
}
BENCHMARK(LookupDirect);

// A client with a store open and one entry in it.
std::optional<DriverClient> StartLinked(Backend& backend) {
  auto client = DriverClient::Start({{}, &backend});
  if (!client) return std::nullopt;
  const auto opened = client->Open(kOptions);
  if (!opened || !*opened) return std::nullopt;
  const auto registered = client->Call(kRegister, {"main", 1});
  if (!registered || !*registered) return std::nullopt;
  return std::move(*client);
}

void LookupRoundTrip(benchmark::State& state) {
  const auto backend = MakeMemoryBackend();
  auto client = StartLinked(*backend);
  if (!client) return state.SkipWithError("start");
  for (auto _ : state) {
    if (!client->Call(kLookup, {"main", 1})) return state.SkipWithError("call");
  }
}
BENCHMARK(LookupRoundTrip)->UseRealTime();

void LookupPipelined(benchmark::State& state) {
  const auto backend = MakeMemoryBackend();
  auto client = StartLinked(*backend);
  if (!client) return state.SkipWithError("start");
  const auto depth = static_cast<std::size_t>(state.range(0));
  std::vector<std::int64_t> requests(depth);
  for (auto _ : state) {
    for (std::int64_t& request : requests) {
      const auto sent = client->Send(kLookup, {"main", 1});
      if (!sent) return state.SkipWithError("send");
      request = *sent;
    }
    for (const std::int64_t request : requests) {
      if (!client->Await(request)) return state.SkipWithError("await");
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(LookupPipelined)->Arg(8)->UseRealTime();

void StartAndKill(benchmark::State& state) {
  const auto backend = MakeMemoryBackend();
  for (auto _ : state) {
    auto client = DriverClient::Start({{}, backend.get()});
    if (!client) return state.SkipWithError("start");
    client->Kill();
  }
}
BENCHMARK(StartAndKill)->UseRealTime();

}  // namespace
}  // namespace holdfast::conformance
