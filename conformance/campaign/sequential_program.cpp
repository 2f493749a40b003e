#include "conformance/campaign/sequential_program.h"

#include <algorithm>

#include "conformance/campaign/files.h"
#include "conformance/campaign/run_program.h"
#include "conformance/campaign/session.h"
#include "conformance/campaign/tell_story.h"
#include "conformance/check/sequential.h"

namespace holdfast::conformance {
namespace {

// A store that answers is not to be found silent on a machine that is busy for some seconds.
constexpr std::chrono::milliseconds kPatience{10'000};

struct OneRun {
  ProgramReport report;
  bool is_silence = false;
};

OneRun RunOnce(const Program& program, const DriverSource& source, const DriverTimeouts& timeouts,
               const std::filesystem::path& dir) {
  const ScratchDir scratch(dir);
  Session session(source, timeouts);
  ProgramReport report;
  const auto running = session.Running();
  if (!running) {
    report.verdict = Verdict::kDriverError;
    report.fault = running.error();
    return {std::move(report)};
  }
  const Capabilities capabilities = (*running)->description().capabilities;
  Run run = RunProgram(program, session, scratch.path());
  Judgement judgement = JudgeSequential(run.history, capabilities);
  report.verdict = judgement.verdict;
  report.failure = std::move(judgement.failure);
  if (run.fault && !report.failure) report.verdict = Verdict::kDriverError;
  if (report.failure) report.story = TellStory(*report.failure, program);
  report.fault = std::move(run.fault);
  return {std::move(report), judgement.is_silence};
}

}  // namespace

ProgramReport RunSequentialProgram(const Program& program, const DriverSource& source,
                                   const DriverTimeouts& timeouts,
                                   const std::filesystem::path& dir) {
  OneRun once = RunOnce(program, source, timeouts, dir);
  if (!once.is_silence) return std::move(once.report);
  DriverTimeouts patient = timeouts;
  patient.reply = std::max(timeouts.reply, kPatience);
  if (RunOnce(program, source, patient, dir).is_silence) {
    once.report.fault.reset();
  } else {
    once.report.verdict = Verdict::kDriverError;
    once.report.failure.reset();
  }
  return std::move(once.report);
}

}  // namespace holdfast::conformance
