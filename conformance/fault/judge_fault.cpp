#include "conformance/fault/judge_fault.h"

#include "conformance/check/describe.h"
#include "conformance/program/program.h"

namespace holdfast::conformance {
namespace {

using trace::StepKind;

// How a call stands to the fault.
enum class Turn { kBefore, kStruck, kAfter };

// `call` counts the calls of the process. Answers count hello, openings and calls.
Turn TurnOf(const StruckProcess& struck, std::size_t call) {
  const std::size_t openings = struck.seen.not_opened ? 2 : 1;
  const std::size_t request = 1 + openings + call;
  if (request < struck.answers) return Turn::kBefore;
  if (request == struck.answers || struck.is_sticky) return Turn::kStruck;
  return Turn::kAfter;
}

bool Reads(StepKind kind) {
  return kind == StepKind::kOpen || kind == StepKind::kRead || kind == StepKind::kLook;
}

// A fault is no reason to blame the caller. A store whose format reads what it needs as it goes may
// call it corrupt what it cannot read: an error, and all is as it was.
bool IsOfAFault(const StoreError& error) {
  return error.code == ErrorCode::kIo || error.code == ErrorCode::kDurability ||
         error.code == ErrorCode::kInternal || error.code == ErrorCode::kBusy ||
         error.code == ErrorCode::kUnsafePath || error.code == ErrorCode::kCorrupt;
}

class FaultJudge {
 public:
  FaultJudge(const StruckProcess& struck, Ledger& ledger) : struck_(struck), ledger_(ledger) {}

  std::optional<Failure> Judge() {
    const SeenProcess& seen = struck_.seen;
    if (seen.not_opened) {
      if (auto failure = JudgeOpening(*seen.not_opened)) return failure;
    }
    if (!seen.events.empty()) {
      return Broken(
          "a call that fails is taken for a corrupt file", "no warning",
          "moved to " + seen.events.front().path.substr(seen.events.front().path.rfind('/') + 1));
    }
    for (std::size_t at = 0; at < seen.calls.size(); ++at) {
      if (!seen.calls[at].result) break;
      if (auto failure = JudgeCall(seen.calls[at], TurnOf(struck_, at))) return failure;
    }
    if (seen.ended) {
      return Broken("a process does not get over a failing call", "every call is answered",
                    seen.ended->message);
    }
    if (seen.not_closed) return JudgeClosing(*seen.not_closed);
    return std::nullopt;
  }

 private:
  [[nodiscard]] Failure Broken(std::string title, std::string expected, std::string got) const {
    Failure failure{{"DUR-6"}, std::move(title), 0, std::move(expected), std::move(got)};
    if (Reads(struck_.step.kind)) failure.clauses.emplace_back("QUA-6");
    return failure;
  }

  [[nodiscard]] Failure NotGone(std::string expected, std::string got) const {
    if (IsAcknowledged(struck_)) {
      return Broken("a failing call is acknowledged, and the store is broken", std::move(expected),
                    std::move(got));
    }
    return {{"DUR-7"},
            "a store does not work after a failed call",
            0,
            std::move(expected),
            std::move(got)};
  }

  std::optional<Failure> JudgeOpening(const StoreError& error) const {
    const std::string got = Describe(Result(Unexpected(error)));
    if (struck_.answers != 1 && !struck_.is_sticky) return NotGone("the store opens", got);
    if (auto failure = JudgeError(error)) return failure;
    if (struck_.seen.opened_again || struck_.is_sticky) return std::nullopt;
    return NotGone("the store opens, now that the fault has gone", got);
  }

  std::optional<Failure> JudgeClosing(const StoreError& error) const {
    const bool is_under_way =
        struck_.is_sticky || struck_.answers == kAnswersBeforeCalls + struck_.seen.calls.size() +
                                                    (struck_.seen.not_opened ? 1 : 0);
    if (is_under_way) return JudgeError(error);
    return NotGone("the store closes", Describe(Result(Unexpected(error))));
  }

  std::optional<Failure> JudgeError(const StoreError& error) const {
    const std::string got = Describe(Result(Unexpected(error)));
    if (!IsOfAFault(error)) {
      return Failure{{"ERR-1", "DUR-6"},
                     "a failing call is answered with an error of the caller's",
                     0,
                     "io, durability, internal, busy, corrupt or unsafe-path",
                     got};
    }
    const bool may_be_unknown = error.code == ErrorCode::kIo ||
                                error.code == ErrorCode::kDurability ||
                                error.code == ErrorCode::kInternal;
    if (error.effect == Effect::kUnknown && !may_be_unknown) {
      return Failure{{"ERR-2"}, "an error whose effect cannot be unknown", 0, "effect none", got};
    }
    return std::nullopt;
  }

  std::optional<Failure> JudgeCall(const DrillCall& call, Turn turn) {
    if (turn != Turn::kStruck) {
      const auto found = ledger_.TakeUndisturbed(call);
      if (!found) return std::nullopt;
      if (turn == Turn::kAfter && !call.result->has_value()) {
        return NotGone(found->expected, found->got);
      }
      return Broken("a store answers wrongly after a failed call", found->expected, found->got);
    }
    if (const auto found = ledger_.Take(call)) {
      return Broken("a failing call is acknowledged all the same", found->expected, found->got);
    }
    return call.result->has_value() ? std::nullopt : JudgeError(call.result->error());
  }

  const StruckProcess& struck_;
  Ledger& ledger_;
};

bool Persists(const Capabilities& c) { return c.persistence != Persistence::kNone; }
bool KeepsPower(const Capabilities& c) { return c.persistence == Persistence::kPower; }

std::string_view SituationOf(StepKind kind) {
  switch (kind) {
    case StepKind::kOpen:
      return "fault-open";
    case StepKind::kRead:
    case StepKind::kLook:
      return "fault-read";
    case StepKind::kSync:
    case StepKind::kSyncData:
    case StepKind::kSyncAll:
    case StepKind::kSyncMap:
      return "fault-sync";
    case StepKind::kWrite:
      return "fault-write";
    default:
      return "fault-other";
  }
}

}  // namespace

std::optional<Failure> JudgeFault(const StruckProcess& struck, Ledger& ledger) {
  return FaultJudge(struck, ledger).Judge();
}

bool IsAcknowledged(const StruckProcess& struck) {
  const std::vector<DrillCall>& calls = struck.seen.calls;
  for (std::size_t at = 0; at < calls.size(); ++at) {
    if (TurnOf(struck, at) != Turn::kStruck) continue;
    return calls[at].result && calls[at].result->has_value();
  }
  return false;
}

void SightFault(const StruckProcess& struck, const trace::What& what, Coverage& met) {
  met.Hit("fault-struck");
  met.Hit(SituationOf(struck.step.kind));
  if (std::holds_alternative<trace::Shorten>(what)) met.Hit("fault-short");
  if (struck.is_sticky) met.Hit("fault-endless");
  const std::size_t last = kAnswersBeforeCalls + struck.seen.calls.size();
  if (!struck.is_sticky && struck.answers + 1 < last) met.Hit("fault-carried-on");
}

const std::vector<Situation>& FaultSituations() {
  static const std::vector<Situation> kSituations = {
      {"fault-open", {"DUR-6", "QUA-6"}, "a file cannot be opened", 20, Persists},
      {"fault-read", {"DUR-6", "QUA-6"}, "a file cannot be read or looked at", 10, Persists},
      {"fault-write", {"DUR-6"}, "a write fails", 20, Persists},
      {"fault-sync", {"DUR-6"}, "an fsync fails", 10, KeepsPower},
      {"fault-short", {"DUR-6"}, "a read or a write moves less than was asked for", 10, Persists},
      {"fault-endless", {"DUR-6"}, "all calls of one kind fail from some step on", 20, Persists},
      {"fault-carried-on", {"DUR-7"}, "calls in the same process after a fault", 20, Persists},
      {"fault-reopened", {"DUR-7"}, "a new process opens the store after a fault", 40, Persists},
      {"fault-litter", {"DUR-8"}, "the files that stand after a fault and a write", 40, Persists},
  };
  return kSituations;
}

}  // namespace holdfast::conformance
