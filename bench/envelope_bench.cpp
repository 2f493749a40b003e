// What reading and writing a file of envelope/1 costs in memory: the reference store's reader, the
// spec's own, and a JSON parser that checks nothing of the format. All are of the same text.
#include <benchmark/benchmark.h>

#include <string>

#include "holdfast/spec/envelope.h"
#include "reference/envelope.h"

namespace holdfast::bench {
namespace {

// What a Slack thread's entries look like: about 130 bytes each.
std::string FileOf(std::int64_t entries) {
  Envelope envelope;
  for (std::int64_t n = 0; n < entries; ++n) {
    envelope.entries.push_back({"T0123ABCD:C0456EFGH:1700000000." + std::to_string(100000 + n),
                                Json{{"agent", "support-bot"}, {"repliedAt", 1700000000123}},
                                1700000000000.0 + static_cast<double>(n), std::nullopt});
  }
  return SerializeEnvelope(envelope);
}

void Count(benchmark::State& state, const std::string& text) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
  state.counters["file_bytes"] = static_cast<double>(text.size());
}

void ReadByTheReference(benchmark::State& state) {
  const std::string text = FileOf(state.range(0));
  for (auto _ : state) {
    auto contents = reference::ParseEnvelope(text, reference::Limits());
    if (!contents) state.SkipWithError("the file was refused");
    benchmark::DoNotOptimize(contents);
  }
  Count(state, text);
}

void ReadByTheSpec(benchmark::State& state) {
  const std::string text = FileOf(state.range(0));
  for (auto _ : state) {
    auto envelope = ParseEnvelope(text);
    if (!envelope) state.SkipWithError("the file was refused");
    benchmark::DoNotOptimize(envelope);
  }
  Count(state, text);
}

void ReadAsAnyJson(benchmark::State& state) {
  const std::string text = FileOf(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(Json::parse(text));
  Count(state, text);
}

void WrittenByTheReference(benchmark::State& state) {
  const std::string text = FileOf(state.range(0));
  const auto contents = reference::ParseEnvelope(text, reference::Limits());
  if (!contents) state.SkipWithError("the file was refused");
  for (auto _ : state) benchmark::DoNotOptimize(reference::FormatEnvelope(*contents));
  Count(state, text);
}

void WrittenByTheSpec(benchmark::State& state) {
  const std::string text = FileOf(state.range(0));
  const auto envelope = ParseEnvelope(text);
  if (!envelope) state.SkipWithError("the file was refused");
  for (auto _ : state) benchmark::DoNotOptimize(SerializeEnvelope(*envelope));
  Count(state, text);
}

BENCHMARK(ReadByTheReference)->Arg(10)->Arg(100)->Arg(1000);
BENCHMARK(ReadByTheSpec)->Arg(10)->Arg(100)->Arg(1000);
BENCHMARK(ReadAsAnyJson)->Arg(10)->Arg(100)->Arg(1000);
BENCHMARK(WrittenByTheReference)->Arg(10)->Arg(100)->Arg(1000);
BENCHMARK(WrittenByTheSpec)->Arg(10)->Arg(100)->Arg(1000);

}  // namespace
}  // namespace holdfast::bench
