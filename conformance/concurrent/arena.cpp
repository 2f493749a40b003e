#include "conformance/concurrent/arena.h"

#include "conformance/campaign/files.h"
#include "conformance/concurrent/race_record.h"

namespace holdfast::conformance {
namespace {

constexpr int kConfirmingRuns = 4;

bool IsOfTime(const Failure& failure) {
  return failure.title == kWaitsForTheDead || failure.title == kNeverAnswered ||
         failure.title == kWaitsTooLong;
}

}  // namespace

Arena::Arena(const DriverSource& source, const DriverTimeouts& timeouts,
             std::optional<BackendDescription> description, std::filesystem::path dir)
    : crew_(source, timeouts, std::move(description)), timeouts_(timeouts), dir_(std::move(dir)) {}

Arena::Outcome Arena::Run(const Race& race) {
  Outcome outcome = RunOnce(race);
  if (!outcome.judgement.failure || !IsOfTime(*outcome.judgement.failure)) return outcome;
  for (int run = 0; run < kConfirmingRuns; ++run) {
    Outcome again = RunOnce(race);
    if (again.run.fault || again.judgement.failure) return again;
  }
  outcome.judgement = {};
  return outcome;
}

Arena::Outcome Arena::RunOnce(const Race& race) {
  const ScratchDir scratch(dir_);
  Outcome outcome;
  outcome.run = RunRace(race, crew_, timeouts_, scratch.path());
  if (!outcome.run.fault) outcome.judgement = JudgeRace(race, outcome.run);
  return outcome;
}

}  // namespace holdfast::conformance
