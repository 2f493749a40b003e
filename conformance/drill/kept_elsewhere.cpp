#include "conformance/drill/kept_elsewhere.h"

#include <algorithm>

#include "conformance/campaign/files.h"

namespace holdfast::conformance {
namespace {

constexpr SeenMillis kStart = 1'000'000;

bool IsAcknowledged(const SeenProcess& seen) {
  return !seen.not_opened && !seen.ended && seen.calls.size() == 1 && seen.calls[0].result &&
         seen.calls[0].result->has_value();
}

// By a call that is seen, or through a mapping, which is not.
bool IsTouchedAfterOpening(const trace::Trace& trace) {
  return std::any_of(trace.steps.begin(), trace.steps.end(), [&](const trace::Step& step) {
    if (step.is_mapped || step.kind == trace::StepKind::kMap) return true;
    return step.kind != trace::StepKind::kAcknowledge && trace::MayChangeTree(step.kind) &&
           (step.kind != trace::StepKind::kOpen || step.created || step.truncated) &&
           AnswersBefore(trace, step.number) >= kAnswersBeforeCalls;
  });
}

bool IsThereForANewProcess(const Errand& errand, const DrillGround& ground, DrillClock& clock) {
  Session session(ground.source, ground.timeouts, ground.description);
  auto driver = session.Running();
  if (!driver) return false;
  const Operation& wrote = errand.calls.front();
  const Errand look{errand.state_dir,
                    errand.max_entries,
                    {{OpKind::kLookup, wrote.id, nullptr, std::nullopt}},
                    false};
  const SeenProcess seen = RunErrand(look, **driver, clock);
  if (!seen.ended) (void)session.Stop().has_value();
  if (!IsAcknowledged(seen)) return false;
  const auto* found = std::get_if<Found>(&**seen.calls[0].result);
  return found != nullptr && found->record == wrote.record;
}

}  // namespace

std::optional<std::string> WhyKeptElsewhere(const DrillGround& ground) {
  // A server that processes share is to run already, and not as a child of the one that is
  // followed.
  const ScratchDir other(ground.dir);
  Session neighbour(ground.source, ground.timeouts, ground.description);
  if (auto driver = neighbour.Running())
    (void)(*driver)->Open({other.path().string(), "demo", 1000, {}, {}}).has_value();
  const ScratchDir dir(ground.dir);
  DrillClock clock(kStart, ground.description.capabilities.HasVirtualClock());
  const Errand errand{
      dir.path(), 1000, {{OpKind::kRegister, "kept", "where", std::nullopt}}, false};
  const FollowedProcess followed = Follow(errand, {}, ground, clock);
  if (followed.fault || !followed.trace || !IsAcknowledged(followed.seen) ||
      IsTouchedAfterOpening(*followed.trace) || !IsThereForANewProcess(errand, ground, clock)) {
    return std::nullopt;
  }
  return "what the store keeps is not in its directory: a register was acknowledged and is there "
         "for a new process, and nothing was done to the directory";
}

}  // namespace holdfast::conformance
