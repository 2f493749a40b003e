#include "conformance/drill/run_drill.h"

#include <unistd.h>

#include <algorithm>

#include "conformance/actor/or_end.h"
#include "conformance/campaign/machine_clock.h"
#include "conformance/supervise/supervision.h"
#include "conformance/trace/apply.h"

namespace holdfast::conformance {
namespace {

constexpr SeenMillis kStepMillis = 10;

void TakeEvents(SeenProcess& seen, DriverClient& driver) {
  for (QuarantineEvent& event : driver.TakeEvents()) seen.events.push_back(std::move(event));
}

// Where the directory stands is new in every run, and nothing to a reader: paths in it are told
// from there.
void TellFrom(const std::filesystem::path& dir, std::string& text) {
  const std::string whole = dir.string();
  std::string told;
  std::size_t from = 0;
  for (std::size_t at = text.find(whole); at != std::string::npos; at = text.find(whole, from)) {
    told.append(text, from, at - from);
    from = at + whole.size();
    if (text.compare(from, 1, "/") == 0) {
      ++from;
    } else {
      told += '.';
    }
  }
  text = told.append(text, from);
}

void TellFrom(const std::filesystem::path& dir, SeenProcess& seen) {
  if (seen.not_opened) TellFrom(dir, seen.not_opened->message);
  if (seen.not_closed) TellFrom(dir, seen.not_closed->message);
  if (seen.ended) TellFrom(dir, seen.ended->message);
  for (DrillCall& call : seen.calls) {
    if (call.result && !*call.result) TellFrom(dir, call.result->error().message);
  }
  for (QuarantineEvent& event : seen.events) TellFrom(dir, event.path);
}

bool OpenFor(const Errand& errand, DriverClient& driver, SeenProcess& seen) {
  const OpenOptions options = {errand.state_dir.string(), "demo", errand.max_entries, std::nullopt,
                               std::nullopt};
  const auto opened = OrEnd(driver.Open(options));
  if (opened) return true;
  seen.not_opened = opened.error();
  if (!errand.insists) return false;
  seen.opened_again = OrEnd(driver.Open(options)).has_value();
  return seen.opened_again;
}

void Call(const Operation& operation, DriverClient& driver, DrillClock& clock, SeenProcess& seen) {
  const SeenMillis now = clock.Next();
  seen.calls.push_back({operation, now, now, std::nullopt});
  DrillCall& call = seen.calls.back();
  auto answer = driver.Call(operation, {"main", clock.Told()});
  call.latest = clock.Now();  // also of one that was cut off: it went by any time until then
  call.result = OrEnd(std::move(answer));
}

// The driver was left to itself, so it is the driver's own doing.
bool IsOwnEnd(const trace::Plan& plan, const FollowedProcess& followed) {
  return plan.actions.empty() || !followed.trace || !HasStruck(*followed.trace);
}

}  // namespace

std::filesystem::path MemoryOr(const std::filesystem::path& dir) {
  constexpr const char* kMemory = "/dev/shm";
  return access(kMemory, R_OK | W_OK | X_OK) == 0 ? kMemory : dir;
}

SeenMillis DrillClock::Next() {
  if (!is_virtual_) return MachineMillis();
  now_ += kStepMillis;
  return now_;
}

SeenMillis DrillClock::Now() const { return is_virtual_ ? now_ : MachineMillis(); }

SeenProcess RunErrand(const Errand& errand, DriverClient& driver, DrillClock& clock) {
  SeenProcess seen;
  try {
    if (OpenFor(errand, driver, seen)) {
      for (const Operation& operation : errand.calls) Call(operation, driver, clock, seen);
      const auto closed = OrEnd(driver.Close());
      if (!closed) seen.not_closed = closed.error();
    }
  } catch (RunEnded& ended) {
    seen.ended = std::move(ended.fault);
  }
  TakeEvents(seen, driver);
  TellFrom(errand.state_dir, seen);
  return seen;
}

FollowedProcess Follow(const Errand& errand, const trace::Plan& plan, const DrillGround& ground,
                       DrillClock& clock) {
  FollowedProcess followed;
  if (auto start = trace::ReadTree(errand.state_dir)) {
    followed.start = std::move(*start);
  } else {
    followed.trace = Unexpected(std::move(start.error()));
    return followed;
  }
  const Supervision supervision({errand.state_dir, ground.dir, plan});
  auto driver = DriverClient::Start(supervision.Of(ground.source), ground.timeouts);
  if (!driver) {
    followed.seen.ended = std::move(driver.error());
  } else {
    followed.seen = RunErrand(errand, *driver, clock);
    if (followed.seen.ended) {
      driver->Kill();
    } else if (auto stopped = driver->Stop(); !stopped) {
      followed.seen.ended = std::move(stopped.error());
    }
  }
  followed.trace = supervision.TakeTrace();
  if (auto why = followed.trace ? trace::WhyTooLarge(*followed.trace) : std::nullopt) {
    followed.trace = Unexpected(std::move(*why));
  }
  if (followed.seen.ended && IsOwnEnd(plan, followed)) followed.fault = followed.seen.ended;
  return followed;
}

bool HasStruck(const trace::Trace& trace) {
  return std::any_of(trace.steps.begin(), trace.steps.end(),
                     [](const trace::Step& step) { return !step.done_to_it.empty(); });
}

std::optional<std::string> WhyParted(const std::optional<trace::Approach>& recorded,
                                     const trace::Trace& trace) {
  if (!recorded) return std::nullopt;
  std::uint64_t k = 0;
  while (k < trace.steps.size() && trace.steps[k].done_to_it.empty()) ++k;
  auto where = trace::WhereItParts(*recorded, trace, k);
  if (where) *where = "the process takes another way than when this was kept: " + *where;
  return where;
}

std::optional<trace::Approach> ApproachTaken(const trace::Trace& undisturbed, std::uint64_t k,
                                             const trace::Trace& struck) {
  std::optional<trace::Approach> approach = trace::ApproachTo(undisturbed, k);
  if (WhyParted(approach, struck)) approach.reset();
  return approach;
}

std::size_t AnswersBefore(const trace::Trace& trace, std::uint64_t k) {
  std::string lines;
  for (std::uint64_t at = 0; at < k; ++at) {
    const trace::Step& step = trace.steps.at(at);
    if (step.kind == trace::StepKind::kAcknowledge) lines += trace.DataOf(step);
  }
  std::size_t answers = 0;
  std::size_t begin = 0;
  for (std::size_t end = lines.find('\n'); end != std::string::npos;
       begin = end + 1, end = lines.find('\n', begin)) {
    const Json line = Json::parse(lines.begin() + static_cast<std::ptrdiff_t>(begin),
                                  lines.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
    if (line.is_object() && !line.contains("event")) ++answers;
  }
  return answers;
}

}  // namespace holdfast::conformance
