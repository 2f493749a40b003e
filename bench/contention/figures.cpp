#include "bench/contention/figures.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace holdfast::bench {
namespace {

constexpr double kNsPerUs = 1e3;
constexpr double kNsPerMs = 1e6;

std::unique_ptr<Histogram> LatencyOf(const Performance& performance, OpKind kind) {
  auto merged = std::make_unique<Histogram>();
  for (std::size_t at = 0; at < performance.ledgers->count(); ++at)
    merged->Merge(performance.ledgers->Of(at).latency[PlaceOf(kind)]);
  return merged;
}

void AddLatencies(const Histogram& histogram, const std::string& name, Figures& figures) {
  const auto add = [&](const char* which, double ns) {
    figures[name + "_" + which + "_us"] = ns / kNsPerUs;
  };
  add("p50", static_cast<double>(histogram.PercentileNs(50)));
  add("p90", static_cast<double>(histogram.PercentileNs(90)));
  add("p99", static_cast<double>(histogram.PercentileNs(99)));
  add("p99.9", static_cast<double>(histogram.PercentileNs(99.9)));
  add("max", static_cast<double>(histogram.max_ns()));
  add("mean", histogram.mean_ns());
}

void AddOrder(const Order& order, std::size_t contenders, Figures& figures) {
  figures["turns"] = static_cast<double>(order.turns);
  if (contenders < 2 || order.turns == 0) return;
  figures["longest_wait_ms"] = static_cast<double>(order.longest_wait_ns) / kNsPerMs;
  figures["passed_over_turns"] = static_cast<double>(order.passed_over);
  figures["passed_over_hand_offs"] = static_cast<double>(order.hand_offs_past);
  figures["longest_run_turns"] = static_cast<double>(order.longest_run);
  figures["owners_per_window"] = order.owners_per_window;
  figures["turns_until_again"] = order.turns_until_again;
  figures["hand_offs"] = static_cast<double>(order.hand_offs);
  if (order.hand_offs > 0) figures["hand_off_p50_us"] = order.hand_off_p50_ns / kNsPerUs;
  if (order.hand_offs + 1 < order.turns)
    figures["same_owner_p50_us"] = order.same_owner_p50_ns / kNsPerUs;
}

void AddRatios(const Candidate& candidate, const Limits& limits, Figures& figures) {
  const double write_ns = limits.at(candidate.write_limit);
  const double read_ns = limits.at(candidate.read_limit);
  figures["write_limit_us"] = write_ns / kNsPerUs;
  figures["read_limit_us"] = read_ns / kNsPerUs;
  if (figures["writes_per_s"] > 0)
    figures["writes_of_limit"] = figures["writes_per_s"] * write_ns / 1e9;
  const auto per = [&](const char* figure, const char* name, double limit_ns) {
    if (const auto found = figures.find(figure); found != figures.end())
      figures[name] = found->second * kNsPerUs / limit_ns;
  };
  per("hand_off_p50_us", "hand_off_per_limit", write_ns);
  per("lookup_p50_us", "lookup_per_limit", read_ns);
  per("lookup_mean_us", "lookup_mean_per_limit", read_ns);
  for (const char* kind : {"register", "consume", "claim"}) {
    const std::string name(kind);
    per((name + "_p50_us").c_str(), (name + "_per_limit").c_str(), write_ns);
  }
}

}  // namespace

std::vector<double> CallsOfEach(const Performance& performance) {
  std::vector<double> calls;
  for (std::size_t at = 0; at < performance.ledgers->count(); ++at) {
    double count = 0;
    for (const Histogram& histogram : performance.ledgers->Of(at).latency)
      count += static_cast<double>(histogram.count());
    calls.push_back(count);
  }
  return calls;
}

Figures FiguresOf(const Performance& performance, const Candidate& candidate,
                  const Limits& limits) {
  Figures figures;
  Tally all{};
  for (std::size_t at = 0; at < performance.ledgers->count(); ++at) {
    const Tally& tally = performance.ledgers->Of(at).tally;
    all.in_window += tally.in_window;
    all.wrote_in_window += tally.wrote_in_window;
    all.busy += tally.busy;
    all.turns_dropped += tally.turns_dropped;
    all.cpu_ns += tally.cpu_ns;
    all.longest_call_ns = std::max(all.longest_call_ns, tally.longest_call_ns);
  }
  const double seconds =
      static_cast<double>(performance.window.end_ns - performance.window.begin_ns) / 1e9;
  figures["calls_per_s"] = static_cast<double>(all.in_window) / seconds;
  figures["writes_per_s"] = static_cast<double>(all.wrote_in_window) / seconds;
  figures["busy"] = static_cast<double>(all.busy);
  figures["longest_call_ms"] = static_cast<double>(all.longest_call_ns) / kNsPerMs;
  for (const OpKind kind : kMeasuredOps) {
    const auto histogram = LatencyOf(performance, kind);
    if (histogram->count() > 0) AddLatencies(*histogram, std::string(OpName(kind)), figures);
  }
  const std::vector<double> calls = CallsOfEach(performance);
  double total = 0;
  for (const double count : calls) total += count;
  figures["cpu_us_per_call"] = total == 0 ? 0 : static_cast<double>(all.cpu_ns) / kNsPerUs / total;
  // Where one writes and the others look up they are not meant to do the same.
  if (calls.size() > 1 && performance.scene.mix != Mix::kOneWriter) {
    const auto [least, most] = std::minmax_element(calls.begin(), calls.end());
    figures["jain"] = JainIndex(calls);
    figures["min_per_max"] = *most == 0 ? 1 : *least / *most;
  }
  figures["turns_dropped"] = static_cast<double>(all.turns_dropped);
  AddOrder(OrderOf(TurnsInOrder(*performance.ledgers), calls.size()), calls.size(), figures);
  AddRatios(candidate, limits, figures);
  return figures;
}

std::map<std::string, Spread> SpreadsOf(const std::vector<Figures>& repetitions) {
  std::map<std::string, Spread> spreads;
  if (repetitions.empty()) return spreads;
  for (const auto& [name, first] : repetitions.front()) {
    std::vector<double> values;
    for (const Figures& figures : repetitions) {
      if (const auto found = figures.find(name); found != figures.end())
        values.push_back(found->second);
    }
    if (values.size() != repetitions.size()) continue;
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    spreads[name] = {Median(values), *low, *high, values.size()};
  }
  return spreads;
}

std::vector<CurvePoint> LatencyCurve(const Performance& performance, OpKind kind) {
  const auto histogram = LatencyOf(performance, kind);
  std::vector<CurvePoint> curve;
  if (histogram->count() == 0) return curve;
  for (const double percent : {1.0, 5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 98.0, 99.0, 99.5, 99.8,
                               99.9, 99.95, 99.98, 99.99, 100.0}) {
    curve.push_back({percent, static_cast<double>(histogram->PercentileNs(percent)) / kNsPerUs});
  }
  return curve;
}

}  // namespace holdfast::bench
