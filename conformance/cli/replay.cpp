#include "conformance/cli/replay.h"

#include "conformance/campaign/files.h"
#include "conformance/campaign/levels.h"
#include "conformance/cli/certify.h"
#include "conformance/cli/complaint.h"
#include "conformance/cli/interruption.h"
#include "conformance/cli/kept_failures.h"
#include "conformance/cli/orphans.h"
#include "conformance/cli/screen.h"
#include "conformance/report/plain_text.h"
#include "conformance/report/terminal.h"

namespace holdfast::conformance {
namespace {

// The claims that are not what they were, for instance `"claim": true is now false`.
std::string Differences(const Capabilities& then, const Capabilities& now) {
  const Json before = CapabilitiesToJson(then);
  const Json after = CapabilitiesToJson(now);
  std::string text;
  for (const auto& [name, claim] : after.items()) {
    if (before[name] == claim) continue;
    text += "  \"" + name + "\": " + before[name].dump() + " is now " + claim.dump() + "\n";
  }
  return text;
}

// `now` counts the runs that were judged.
void SayHowOften(Screen& screen, const FailureRate& now, const FailureRate& kept) {
  const std::string count = HowOften(now) + "\n";
  std::string text = "\n" + (now.failed > 0 ? "failed " + count : "did not fail: " + count);
  if (kept.failed < kept.runs) text += "when it was kept it failed " + HowOften(kept) + "\n";
  if (now.failed == 0 && now.runs < RunsToTrust(kept)) {
    text += "--times " + std::to_string(RunsToTrust(kept)) + " would tell whether it is mended\n";
  }
  screen.Say(text);
}

}  // namespace

std::string WhyItCannotRun(const ReplayFile& replay, const Capabilities& claims, bool has_peer) {
  const Json& program = replay.program;
  if (!has_peer && NeedsPeer(replay.level, program)) {
    return "its program hands the store over to a second backend; --peer names one";
  }
  const Json setup = program.value("setup", Json::object());
  const auto stores = setup.is_object() ? setup.find("stores") : setup.end();
  if (stores == setup.end() || !stores->is_array() ||
      stores->size() <= static_cast<std::size_t>(claims.instances)) {
    return "";
  }
  return "its program opens " + std::to_string(stores->size()) +
         " stores at once, and the driver claims instances " + std::to_string(claims.instances);
}

ExitCode Replay(const ReplayFile& replay, const Subject& subject, const ReplayOptions& options) {
  const ScratchDir scratch(options.dir);
  OrphanKeeper orphans;
  Screen screen;
  const BackendDescription description = AskForDescription(subject.source(), options.timeouts);
  screen.Say("replays a failure of " + PrintableOnOneLine(replay.backend) + " (seed " +
             std::to_string(replay.seed) + ", program " + std::to_string(replay.number) + ") on " +
             PrintableOnOneLine(description.backend.name + " " + description.backend.version) +
             "\n");
  if (description.capabilities != replay.capabilities) {
    screen.Say("the claims are not what they were; judged by those of now:\n" +
               Printable(Differences(replay.capabilities, description.capabilities)));
  }
  std::optional<Subject> peer;
  if (!options.peer.empty()) peer.emplace(Subject::Named(options.peer));
  if (const std::string why = WhyItCannotRun(replay, description.capabilities, peer.has_value());
      !why.empty()) {
    ComplainOfUsage("this failure cannot be replayed here: " + why);
  }
  int runs = 0;
  int failed = 0;
  int undecided = 0;
  std::string why_undecided;
  for (; runs < options.times && !IsInterrupted(); ++runs) {
    orphans.ReapEnded();
    const ProgramReport report = RunProgramOf(
        replay.level, replay.program,
        {subject.source(), options.timeouts, peer ? std::optional(peer->source()) : std::nullopt},
        scratch.path());
    if (report.fault) ComplainOfEnvironment(TellFault(*report.fault));
    if (report.verdict == Verdict::kInconclusive) {
      ++undecided;
      why_undecided = report.reason;
    }
    if (!report.failure || failed++ > 0) continue;
    screen.Say("\n" + Printable(Joined(report.story, "\n")) + "\n");
    if (report.failure->title != replay.failure.title) {
      screen.Say("(it was kept as another failure: " + Printable(replay.failure.title) + ")\n");
    }
  }
  if (failed == 0) {
    screen.Say("\nit was kept as\n" + Printable(Joined(replay.story, "\n")) + "\n");
  }
  if (undecided < runs) SayHowOften(screen, {runs - undecided, failed}, replay.rate);
  if (undecided > 0) {
    screen.Say("\ninconclusive " + HowOften({runs, undecided}) + ": " + Printable(why_undecided) +
               "\n");
  }
  if (failed > 0) return ExitCode::kDoesNotConform;
  if (undecided > 0) return ExitCode::kIncomplete;
  return runs < options.times ? ExitCode::kIncomplete : ExitCode::kConforms;
}

}  // namespace holdfast::conformance
