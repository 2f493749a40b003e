#include "conformance/twins/linked_run.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

#include "conformance/campaign/levels.h"
#include "conformance/twins/twin.h"

namespace holdfast::conformance {
namespace {

bool IsNamed(const Failure& failure) {
  const auto& clauses = failure.clauses;
  return std::find(clauses.begin(), clauses.end(), ThisTwin().clause) != clauses.end();
}

}  // namespace

Json RunLinkedTwin(std::uint64_t seed, const std::filesystem::path& dir) {
  const auto backend = MakeTwin();
  const auto started = std::chrono::steady_clock::now();
  Json seen = Json::object();
  LevelOptions options;
  options.seed = seed;
  options.jobs = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  options.dir = dir;
  options.is_expected = [](const Failure& failure) { return !IsNamed(failure); };
  options.is_enough = [&](const Failure& failure) {
    if (!IsNamed(failure)) return false;
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - started;
    if (!seen.contains("until_s")) seen["until_s"] = passed.count();
    return true;
  };
  const LevelReport report =
      RunLevel(Level::kConcurrent, {{}, backend.get()}, backend->Describe(), options);
  seen["programs"] = report.programs;
  seen["seconds"] = report.seconds;
  seen["reason"] = report.reason;
  seen["failures"] = Json::array();
  for (const FoundFailure& found : report.failures) {
    seen["failures"].push_back(
        {{"clauses", found.failure.clauses}, {"operations", found.operations}});
  }
  return seen;
}

}  // namespace holdfast::conformance
