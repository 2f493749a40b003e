#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>

#include "bench/contention/report.h"

namespace holdfast::bench {
namespace {

std::string Format(const char* format, ...) __attribute__((format(printf, 1, 2)));
std::string Format(const char* format, ...) {
  std::array<char, 400> text{};
  std::va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text.data(), text.size(), format, arguments);
  va_end(arguments);
  return text.data();
}

// Three digits that count, and none more.
std::string Short(double value) {
  if (value >= 99.95) return Format("%.0f", value);
  if (value >= 9.995) return Format("%.1f", value);
  return Format("%.2f", value);
}

// On one line, well-formed, and nothing that a terminal would obey.
std::string Plain(const std::string& reason) {
  std::string text = Json::parse(JsonText(reason));
  std::replace_if(
      text.begin(), text.end(), [](unsigned char byte) { return byte < ' ' || byte == 0x7f; }, ' ');
  return text;
}

std::string Cell(const Row& row, const std::string& figure) {
  const auto found = row.figures.find(figure);
  return found == row.figures.end() ? "-" : Short(found->second.median);
}

// The operation whose latency stands for the scene.
std::string ShownOperation(Mix mix) {
  switch (mix) {
    case Mix::kRegister:
      return "register";
    case Mix::kConsume:
      return "consume";
    case Mix::kClaim:
      return "claim";
    case Mix::kLookup:
    case Mix::kMostlyLookup:
    case Mix::kOneWriter:
      return "lookup";
  }
  return {};
}

int RankOf(const std::string& persistence) {
  if (persistence == "power") return 0;
  return persistence == "process" ? 1 : 2;
}

double Throughput(const Row& row) {
  const auto found = row.figures.find("calls_per_s");
  return found == row.figures.end() ? 0 : found->second.median;
}

double BestOf(const std::vector<Row>& rows, const std::string& persistence) {
  double best = 0;
  for (const Row& row : rows) {
    if (row.persistence == persistence) best = std::max(best, Throughput(row));
  }
  return best;
}

std::string Line(const Row& row, double best) {
  const auto& calls = row.figures.at("calls_per_s");
  const double spread = calls.median > 0 ? 100 * (calls.high - calls.low) / calls.median : 0;
  const std::string operation = ShownOperation(row.scene.mix);
  const bool reads = row.scene.mix == Mix::kLookup || row.scene.mix == Mix::kMostlyLookup ||
                     row.scene.mix == Mix::kOneWriter;
  return Format("%-7s %-13s %9s %4.0f%% %6s %6s %8s %8s %8s %9s %6s %6s %5s %7s\n",
                row.persistence.c_str(), row.candidate.c_str(), Short(calls.median).c_str(), spread,
                Short(best > 0 ? calls.median / best : 0).c_str(),
                Cell(row, reads ? "lookup_per_limit" : "writes_of_limit").c_str(),
                Cell(row, operation + "_p50_us").c_str(), Cell(row, operation + "_p99_us").c_str(),
                Cell(row, operation + "_p99.9_us").c_str(), Cell(row, "longest_call_ms").c_str(),
                Cell(row, "passed_over_turns").c_str(), Cell(row, "longest_run_turns").c_str(),
                Cell(row, "jain").c_str(), Cell(row, "cpu_us_per_call").c_str());
}

}  // namespace

std::string SceneTable(const std::vector<Row>& rows) {
  if (rows.empty()) return {};
  std::vector<const Row*> order;
  for (const Row& row : rows) order.push_back(&row);
  std::stable_sort(order.begin(), order.end(), [](const Row* one, const Row* other) {
    return RankOf(one->persistence) < RankOf(other->persistence);
  });
  const Scene& scene = rows.front().scene;
  std::string text = SceneName(scene) + "\n";
  text += Format("%-7s %-13s %9s %5s %6s %6s %8s %8s %8s %9s %6s %6s %5s %7s\n", "keeps", "backend",
                 "calls/s", "+-", "best", "limit", "p50 us", "p99 us", "p99.9 us", "worst ms",
                 "passed", "run", "jain", "cpu us");
  for (const Row* row : order) {
    if (row->outcome == Outcome::kMeasured) {
      text += Line(*row, BestOf(rows, row->persistence));
      if (!row->reason.empty()) text += "        undecided: " + Plain(row->reason) + "\n";
    } else {
      text += Format("%-7s %-13s %9s  ", row->persistence.c_str(), row->candidate.c_str(),
                     row->outcome == Outcome::kVoid ? "void" : "-") +
              Plain(row->reason) + "\n";
    }
  }
  return text + "\n";
}

std::string LimitsTable(const Comparison& comparison) {
  if (comparison.limits.empty()) return {};
  std::string text = "the machine alone, one process                us      low     high\n";
  for (const auto& [primitive, spread] : comparison.limits) {
    text += Format("%-36s %11s %8s %8s\n", std::string(PrimitiveName(primitive)).c_str(),
                   Short(spread.median / 1e3).c_str(), Short(spread.low / 1e3).c_str(),
                   Short(spread.high / 1e3).c_str());
  }
  return text;
}

}  // namespace holdfast::bench
