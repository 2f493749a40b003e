// What delays at steps do for level `concurrent`: races of processes on stores with one known fault
// each, as they are drawn and with delays. `found` is the share of the races that show the fault,
// `races_to_find` and `seconds_to_find` what it takes on average to see it once.
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <chrono>
#include <string>

#include "bench/scratch_directory.h"
#include "conformance/concurrent/arena.h"
#include "conformance/concurrent/delay_steps.h"
#include "conformance/concurrent/draw_race.h"
#include "conformance/supervise/supervision.h"

namespace holdfast::conformance {
namespace {

constexpr std::uint64_t kRaces = 60;
constexpr std::uint64_t kSeeds = 5;

void Races(benchmark::State& state, std::vector<std::string> driver, bool with_delays) {
  setenv("HOLDFAST_SUPERVISE", HOLDFAST_SUPERVISE_PROGRAM, 1);
  if (const auto why = WhyNotSupervised(); why) return state.SkipWithError(why->c_str());
  const DriverSource source{std::move(driver), nullptr};
  auto client = DriverClient::Start(source);
  if (!client) return state.SkipWithError(client.error().message.c_str());
  const BackendDescription description = client->description();
  client->Kill();
  double races = 0;
  double failed = 0;
  const auto start = std::chrono::steady_clock::now();
  for (auto _ : state) {
    const bench::ScratchDirectory dir;
    Arena arena(source, {}, description, dir.path());
    for (std::uint64_t number = 0; number < kRaces; ++number) {
      const std::uint64_t seed = 1 + static_cast<std::uint64_t>(races) / kRaces;
      Race race = DrawRace(seed, number, {description.capabilities, false});
      if (race.road != Road::kProcesses) continue;
      if (with_delays) race = WithDelays(std::move(race), seed, number);
      const Arena::Outcome outcome = arena.Run(race);
      if (outcome.run.fault) return state.SkipWithError(outcome.run.fault->message.c_str());
      ++races;
      if (outcome.judgement.failure) ++failed;
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  state.counters["found"] = failed / races;
  state.counters["races_to_find"] = races / failed;
  state.counters["seconds_to_find"] = took.count() / failed;
}

#define STORE(name, ...)                                            \
  BENCHMARK_CAPTURE(Races, name##_as_drawn, {__VA_ARGS__}, false)   \
      ->UseRealTime()                                               \
      ->Unit(benchmark::kSecond)                                    \
      ->Iterations(kSeeds);                                         \
  BENCHMARK_CAPTURE(Races, name##_with_delays, {__VA_ARGS__}, true) \
      ->UseRealTime()                                               \
      ->Unit(benchmark::kSecond)                                    \
      ->Iterations(kSeeds)
STORE(no_lock, HOLDFAST_TWINS "/twin_no_lock");
STORE(check_outside_the_lock, HOLDFAST_TWINS "/twin_check_outside_the_lock");
STORE(looked_at, HOLDFAST_TWINS "/twin_lock_looked_at_before_it_is_taken");

}  // namespace
}  // namespace holdfast::conformance
