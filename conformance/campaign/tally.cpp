#include "conformance/campaign/tally.h"

#include <algorithm>
#include <utility>

#include "conformance/campaign/results_json.h"

namespace holdfast::conformance {

std::uint64_t ProgramsWithin(std::chrono::milliseconds budget, std::uint64_t programs_per_minute) {
  const auto length = static_cast<std::uint64_t>(budget.count());
  return std::max<std::uint64_t>(1, programs_per_minute * length / 60'000);
}

Tally::Tally(Level level, std::uint64_t planned, const LevelOptions& options)
    : options_(options), planned_(planned) {
  report_.level = level;
}

bool Tally::IsInterrupted() const { return options_.is_interrupted && options_.is_interrupted(); }

bool Tally::HasLookedOn(std::chrono::milliseconds time) const {
  return first_unexpected_ && Clock::now() - *first_unexpected_ >= time;
}

bool Tally::IsEnough(std::uint64_t most_unexpected) const {
  return is_enough_ || unexpected_ >= most_unexpected;
}

void Tally::Tell(std::string_view phase) const {
  if (!options_.on_progress) return;
  options_.on_progress({report_.programs, std::max(planned_, report_.programs), failing_, phase});
}

void Tally::Count(const Json& result) {
  ++report_.programs;
  report_.operations += result["operations"].get<std::uint64_t>();
  for (const auto& [situation, hits] : result["met"].items()) {
    report_.coverage.Add(situation, hits.get<std::uint64_t>());
  }
}

void Tally::CountFailure(const Failure& failure) {
  ++failing_;
  if (!options_.is_expected || !options_.is_expected(failure)) {
    ++unexpected_;
    if (!first_unexpected_) first_unexpected_ = Clock::now();
  }
  is_enough_ = is_enough_ || (options_.is_enough && options_.is_enough(failure));
}

FoundFailure* Tally::TakeFailure(std::uint64_t number, const Json& result) {
  Failure failure = FailureFromJson(result["failure"]);
  CountFailure(failure);
  FoundFailure& found = by_name_[NameOf(failure)];
  if (found.seen++ > 0) return nullptr;
  found.failure = std::move(failure);
  found.number = number;
  if (result.contains("story")) found.story = StoryFromJson(result["story"]);
  return &found;
}

void Tally::TakeFault(std::uint64_t number, const Json& result, Json program,
                      std::size_t operations) {
  report_.fault = FaultFromJson(result["fault"]);
  FoundFailure found;
  found.failure = FailureOf(*report_.fault, 0);
  found.number = number;
  found.program = std::move(program);
  found.operations = operations;
  found.story = {found.failure.clauses.front() + ": " + found.failure.title,
                 "     got      " + found.failure.got};
  report_.faulty = std::move(found);
}

std::vector<FoundFailure> Tally::Release() {
  std::vector<FoundFailure> found;
  for (auto& [name, failure] : std::exchange(by_name_, {})) found.push_back(std::move(failure));
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  return found;
}

LevelReport Tally::Finish() {
  report_.seconds = std::chrono::duration<double>(Clock::now() - started_).count();
  return std::move(report_);
}

}  // namespace holdfast::conformance
