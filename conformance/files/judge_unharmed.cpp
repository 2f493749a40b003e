#include "conformance/files/judge_unharmed.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "conformance/check/chronicle.h"
#include "conformance/check/diagnose.h"
#include "conformance/files/judge_answers.h"

namespace holdfast::conformance {
namespace {

// Answers of one client to a store that nobody harms.
class PlainAnswers {
 public:
  explicit PlainAnswers(const Capabilities& claims) : possible_(claims) {}

  void TellRespawn() { chronicle_.TellRespawn(step_++, false); }
  void TellRestart() { chronicle_.TellRestart(step_++); }

  // The call was answered after all that came before it.
  std::optional<Failure> Take(const SeenCall& call) {
    const model::State before = possible_.states().front();
    if (possible_.Take(call)) {
      return Diagnose({step_,
                       call.operation,
                       call.result,
                       TimeOf(call),
                       possible_.policy(),
                       possible_.states(),
                       chronicle_,
                       {}});
    }
    chronicle_.Tell(step_++, call.operation, TimeOf(call), before, possible_.states().front(),
                    possible_.policy());
    return std::nullopt;
  }

 private:
  Possible possible_;
  Chronicle chronicle_;
  std::size_t step_ = 0;
};

std::optional<Failure> TakeAll(const std::vector<SeenCall>& calls, PlainAnswers& answers) {
  for (const SeenCall& call : calls) {
    if (auto failure = answers.Take(call)) return failure;
  }
  return std::nullopt;
}

std::optional<Failure> TakeFill(const TrialRun& run, PlainAnswers& answers) {
  auto failure = TakeAll(run.fill, answers);
  if (failure) failure->step = 0;  // of a trial the round is told
  return failure;
}

std::optional<Failure> JudgeRound(const Round& round, const SeenRound& seen, bool is_envelope,
                                  PlainAnswers& answers) {
  if (round.respawn || !is_envelope) {
    answers.TellRespawn();
  } else if (round.reopen) {
    answers.TellRestart();
  }
  if (!seen.not_opened.empty()) {
    return Failure{
        {"DUR-1"}, "a store that cannot be opened", 0, "open", seen.not_opened.front().message};
  }
  for (const auto* calls : {&seen.first, &seen.calls, &seen.closing}) {
    if (auto failure = TakeAll(*calls, answers)) return failure;
  }
  return std::nullopt;
}

}  // namespace

Trial WithoutHarm(Trial trial) {
  for (Round& round : trial.rounds) {
    round.harm = Round{}.harm;
    round.name_taken = false;
    round.handed.clear();
    round.first.resize(std::min<std::size_t>(round.first.size(), 1));
  }
  return trial;
}

std::optional<Failure> JudgeBeforeHarm(const TrialRun& run) {
  PlainAnswers answers(run.claims);
  return TakeFill(run, answers);
}

std::optional<Failure> JudgeUnharmed(const Trial& trial, const TrialRun& run) {
  PlainAnswers answers(run.claims);
  if (auto failure = TakeFill(run, answers)) return failure;
  for (std::size_t round = 0; round < run.rounds.size(); ++round) {
    if (run.rounds[round].died) return std::nullopt;
    auto failure =
        JudgeRound(trial.rounds[round], run.rounds[round], run.claims.format.has_value(), answers);
    if (!failure) continue;
    failure->step = round;
    return failure;
  }
  return std::nullopt;
}

}  // namespace holdfast::conformance
