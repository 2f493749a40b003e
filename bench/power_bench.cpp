// The states that the plug can leave of one run of the reference store: how many are built and told
// apart in a second, by each set of rules.
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <filesystem>

#include "bench/scratch_directory.h"
#include "conformance/actor/driver_client.h"
#include "conformance/backends/reference/reference_backend.h"
#include "conformance/power/disk_states.h"
#include "conformance/supervise/supervision.h"

namespace holdfast::power {
namespace {

namespace fs = std::filesystem;

using conformance::Backend;
using conformance::DriverClient;
using conformance::DriverSource;
using conformance::Supervision;

// A run that registered three times, and what stood there before.
struct Recorded {
  trace::Tree start;
  trace::Trace trace;
};

std::optional<Recorded> Record(Backend& backend) {
  setenv("HOLDFAST_SUPERVISE", HOLDFAST_SUPERVISE_PROGRAM, 1);
  if (conformance::WhyNotSupervised()) return std::nullopt;
  const bench::ScratchDirectory root;
  const fs::path store = fs::path(root.path()) / "store";
  fs::create_directory(store);
  auto start = trace::ReadTree(store);
  const Supervision supervision({store, root.path()});
  auto client = DriverClient::Start(supervision.Of({{}, &backend}));
  if (!start || !client) return std::nullopt;
  const auto opened = client->Open({store, "bench", 10, std::nullopt, std::nullopt});
  if (!opened || !*opened) return std::nullopt;
  for (const char* id : {"a", "b", "a"}) {
    if (!client->Call({OpKind::kRegister, id, Json(1), {}}, {"main", 1})) return std::nullopt;
  }
  if (!client->Stop()) return std::nullopt;
  auto trace = supervision.TakeTrace();
  if (!trace) return std::nullopt;
  return Recorded{std::move(*start), std::move(*trace)};
}

void Generated(benchmark::State& state, Profile profile) {
  const auto backend = conformance::MakeReferenceBackend();
  const auto run = Record(*backend);
  if (!run) return state.SkipWithError("no run");
  std::uint64_t states = 0;
  for (auto _ : state) {
    const auto enumerated = Enumerate(run->trace, run->start, profile);
    if (!enumerated) return state.SkipWithError(enumerated.error().c_str());
    states += enumerated->generated;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(states));
}
BENCHMARK_CAPTURE(Generated, kill, Profile::kKill)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Generated, ext4_ordered, Profile::kExt4Ordered)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Generated, linux_minimal, Profile::kLinuxMinimal)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Generated, hostile, Profile::kHostile)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace holdfast::power
