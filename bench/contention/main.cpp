// Compares stores under contention: see bench/README.md.
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

#include "bench/contention/comparison.h"
#include "bench/contention/crew.h"
#include "bench/contention/report.h"
#include "bench/contention/sweep.h"
#include "bench/scratch_directory.h"

namespace holdfast::bench {
namespace {

enum Exit { kAllMeasured = 0, kSomethingVoid = 1, kUsage = 2, kSomethingNotMeasured = 3 };

struct Arguments {
  std::vector<std::string> backends;
  std::vector<std::string> driver;
  Axes axes;
  std::size_t repetitions = 3;
  std::uint64_t seed = 1;
  long at_most_s = 0;
  std::string json_path;
  bool lists = false;
};

int Refuse(const std::string& why) {
  std::fprintf(stderr, "contention_bench: %s\n", why.c_str());
  return kUsage;
}

void Declare(CLI::App& app, Arguments& arguments) {
  const auto comma = [](CLI::Option* option) { return option->delimiter(','); };
  comma(app.add_option("--backend", arguments.backends,
                       "Which stores, by name; without it all that --list does not except"));
  comma(app.add_option("--contenders", arguments.axes.contenders, "How many contend (8)"))
      ->check(CLI::NonNegativeNumber);
  comma(app.add_option("--sharing", arguments.axes.sharings, "processes or threads (processes)"));
  comma(app.add_option("--entries", arguments.axes.entries, "Entries that are there (100)"))
      ->check(CLI::NonNegativeNumber);
  comma(app.add_option("--mix", arguments.axes.mixes,
                       "register, lookup, consume, claim, mostly-lookup or one-writer (register)"));
  comma(app.add_option("--ids", arguments.axes.ids, "spread or hot (spread)"));
  comma(app.add_option("--think-us", arguments.axes.think_us, "Between calls (0)"));
  comma(app.add_option("--rate", arguments.axes.rates,
                       "Calls a second of all together: an open loop; 0 for a closed one (0)"));
  app.add_option("--window-ms", arguments.axes.window_ms, "How long each is measured (500)")
      ->check(CLI::Range(20, 600'000));
  app.add_option("--repetitions", arguments.repetitions, "How often each scene is played (3)")
      ->check(CLI::Range(1, 100));
  app.add_option("--at-most-s", arguments.at_most_s,
                 "No scene begins after so many seconds; those left out are named (0: all are "
                 "played; of the sweep: 480)")
      ->check(CLI::Range(0, 1'000'000));
  app.add_option("--seed", arguments.seed, "What is drawn by lot is drawn from it (1)")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--json", arguments.json_path, "Where to write the figures as JSON");
  app.add_flag("--list", arguments.lists, "Name the stores of this build, and leave it at that");
  app.footer(
      "Each of --contenders to --rate takes several values, with commas; all combinations are\n"
      "played. Without any of them it is the sweep of bench/README.md.\n"
      "Behind -- stands the command line of a driver, which takes part as \"driver\".\n"
      "Exit status: 0 all measured, 1 something void, 2 bad arguments, 3 something not measured.");
}

int List() {
  for (const Candidate& candidate : AllCandidates()) {
    std::printf("%-14s %s\n", candidate.name.c_str(),
                !candidate.not_here.empty() ? candidate.not_here.c_str()
                : candidate.only_if_named   ? "here, if it is named"
                                            : "here");
  }
  return kAllMeasured;
}

// Errors: a sentence.
Expected<std::vector<Candidate>, std::string> Choose(const Arguments& arguments) {
  std::vector<Candidate> chosen;
  for (const std::string& name : arguments.backends) {
    auto candidate = CandidateNamed(name);
    if (!candidate) return Unexpected(candidate.error());
    if (!candidate->not_here.empty()) return Unexpected(name + ": " + candidate->not_here);
    if (std::any_of(chosen.begin(), chosen.end(),
                    [&](const Candidate& other) { return other.name == name; }))
      return Unexpected("--backend names " + name + " twice");
    chosen.push_back(std::move(*candidate));
  }
  if (!arguments.driver.empty()) {
    Candidate driver;
    driver.name = "driver";
    driver.command = arguments.driver;
    chosen.push_back(std::move(driver));
  }
  if (!chosen.empty()) return chosen;
  for (const Candidate& candidate : AllCandidates()) {
    if (candidate.only_if_named) continue;
    if (candidate.not_here.empty()) {
      chosen.push_back(candidate);
    } else {
      std::fprintf(stderr, "contention_bench: without %s: %s\n", candidate.name.c_str(),
                   candidate.not_here.c_str());
    }
  }
  return chosen;
}

int Run(const Arguments& arguments) {
  const auto candidates = Choose(arguments);
  if (!candidates) return Refuse(candidates.error());
  const auto scenes = arguments.axes.IsEmpty() ? DefaultScenes() : ScenesOf(arguments.axes);
  if (!scenes) return Refuse(scenes.error());
  // Whether it can be written is asked before anything is measured; what an earlier run left there
  // stays until there is something better.
  const bool writes = !arguments.json_path.empty();
  if (writes && !std::ofstream(arguments.json_path, std::ios::app))
    return Refuse("cannot write " + arguments.json_path);
  try {
    const ScratchDirectory can_be_made;
  } catch (const std::system_error& error) {
    return Refuse(error.what());
  }
  TakeInterruptions();
#ifndef NDEBUG
  std::fprintf(stderr, "contention_bench: a debug build: its figures say nothing\n");
#endif
  double load = 0;
  ::getloadavg(&load, 1);
  if (load > 0.5)
    std::fprintf(stderr, "contention_bench: the machine is busy already, with a load of %.1f\n",
                 load);
  ComparisonOptions options;
  options.repetitions = arguments.repetitions;
  options.seed = arguments.seed;
  // On a machine at rest the sweep is done before; on one that is not it ends all the same.
  constexpr long kSweepSeconds = 480;
  const long at_most_s =
      arguments.at_most_s == 0 && arguments.axes.IsEmpty() ? kSweepSeconds : arguments.at_most_s;
  if (at_most_s > 0)
    options.until = std::chrono::steady_clock::now() + std::chrono::seconds(at_most_s);
  std::vector<Row> scene_rows;
  options.on_row = [&](const Row& row) {
    scene_rows.push_back(row);
    if (scene_rows.size() < candidates->size()) return;
    std::fputs(SceneTable(scene_rows).c_str(), stdout);
    std::fflush(stdout);
    scene_rows.clear();
  };
  const Comparison comparison = Compare(*candidates, *scenes, options);
  std::fputs(LimitsTable(comparison).c_str(), stdout);
  // What was interrupted before its first scene was done is no result.
  if (writes && !(comparison.interrupted && comparison.rows.empty())) {
    std::ofstream json_file(arguments.json_path);
    json_file << JsonText(ComparisonToJson(comparison, load)) << "\n";
    json_file.close();
    if (!json_file) return Refuse("could not write all of " + arguments.json_path);
  }
  if (comparison.interrupted) std::fprintf(stderr, "contention_bench: interrupted\n");
  for (const Scene& scene : comparison.left_out)
    std::fprintf(stderr, "contention_bench: no time was left for: %s\n", SceneName(scene).c_str());
  const auto any = [&](Outcome outcome) {
    return std::any_of(comparison.rows.begin(), comparison.rows.end(),
                       [&](const Row& row) { return row.outcome == outcome; });
  };
  if (any(Outcome::kVoid)) return kSomethingVoid;
  if (any(Outcome::kNotMeasured) || comparison.interrupted || comparison.rows.empty() ||
      !comparison.left_out.empty())
    return kSomethingNotMeasured;
  return kAllMeasured;
}

int Main(int argc, char** argv) {
  // What stands behind -- is the driver's, options and all.
  char** const end = argv + argc;
  char** const dashes = std::find(argv, end, std::string("--"));
  Arguments arguments;
  if (dashes != end) arguments.driver.assign(dashes + 1, end);
  if (dashes != end && arguments.driver.empty())
    return Refuse("behind -- stands the command line of a driver");
  CLI::App app("Compares stores under contention.", "contention_bench");
  Declare(app, arguments);
  try {
    app.parse(static_cast<int>(dashes - argv), argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kAllMeasured : kUsage;
  }
  return arguments.lists ? List() : Run(arguments);
}

}  // namespace
}  // namespace holdfast::bench

int main(int argc, char** argv) { return holdfast::bench::Main(argc, argv); }
