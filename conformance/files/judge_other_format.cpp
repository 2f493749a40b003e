#include "conformance/files/judge_other_format.h"

#include <algorithm>

#include "conformance/check/describe.h"
#include "conformance/corrupt/corruption.h"
#include "conformance/files/hindrance.h"
#include "holdfast/spec/text.h"

namespace holdfast::conformance {
namespace {

// kHidden: nothing is damaged, but the store cannot get at it, or not at all of it.
enum class Extent { kNone, kSmall, kTotal, kHidden };

Extent ExtentOf(const Round& round, const SeenRound& seen) {
  if (!seen.took_effect) return Extent::kNone;
  if (const Corruption* corruption = FindCorruption(round.harm)) {
    return corruption->leaves_nothing ? Extent::kTotal : Extent::kSmall;
  }
  const HindranceKind kind = FindHindrance(round.harm)->kind;
  if (kind == HindranceKind::kUnreadable || kind == HindranceKind::kUnwritable) {
    return Extent::kHidden;
  }
  if (kind == HindranceKind::kOversized) {
    return round.harm == "oversized" ? Extent::kTotal : Extent::kSmall;
  }
  return kind == HindranceKind::kNotAFile ? Extent::kTotal : Extent::kNone;
}

// Every call of the round, in the order they were answered.
std::vector<SeenCall> CallsOf(const SeenRound& seen) {
  std::vector<SeenCall> calls = seen.first;
  calls.insert(calls.end(), seen.calls.begin(), seen.calls.end());
  calls.insert(calls.end(), seen.closing.begin(), seen.closing.end());
  return calls;
}

// Whether a call of the trial wrote this record under this id.
bool WasWritten(const std::vector<SeenCall>& calls, std::string_view id, const Json& record) {
  return std::any_of(calls.begin(), calls.end(), [&](const SeenCall& call) {
    return TakesRecord(call.operation.kind) && call.operation.record == record &&
           TrimWhiteSpace(call.operation.id) == TrimWhiteSpace(id);
  });
}

// A record among what the call answers that nobody ever wrote.
std::optional<std::string> Invented(const SeenCall& call, const std::vector<SeenCall>& calls) {
  if (!call.result) return std::nullopt;
  if (const auto* found = std::get_if<Found>(&*call.result)) {
    if (!found->record || WasWritten(calls, call.operation.id, *found->record)) return std::nullopt;
    return Describe(call.result);
  }
  if (const auto* listed = std::get_if<Listed>(&*call.result)) {
    for (const Entry& entry : listed->entries) {
      if (!WasWritten(calls, entry.id, entry.record)) return Describe(call.result);
    }
  }
  return std::nullopt;
}

// An error, or the truth; and once nothing hinders it, all that was there.
std::optional<Failure> JudgeHidden(const Round& round, const SeenRound& seen, Possible& possible,
                                   Coverage& met) {
  const bool is_unreadable = FindHindrance(round.harm)->kind == HindranceKind::kUnreadable;
  const std::string clause = is_unreadable ? "QUA-7" : "DUR-6";
  met.Hit(is_unreadable ? "hostile-other-unreadable" : "hostile-other-unwritable");
  const auto fail = [&](const Misfit& misfit) {
    return Failure{
        {clause}, "an answer where the files cannot be had", 0, misfit.expected, misfit.got};
  };
  for (const auto* calls : {&seen.first, &seen.calls}) {
    for (const SeenCall& call : *calls) {
      if (const auto misfit = possible.TakeHindered(call)) return fail(*misfit);
    }
  }
  if (seen.closing.empty()) return fail({"the store opens once nothing hinders it", "a refusal"});
  for (const SeenCall& call : seen.closing) {
    if (const auto misfit = possible.Take(call)) return fail(*misfit);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Failure> JudgeOtherFormat(const Round& round, const SeenRound& seen,
                                        const std::vector<SeenCall>& fill, Possible& possible,
                                        Coverage& met) {
  const Extent extent = ExtentOf(round, seen);
  if (extent == Extent::kSmall) return std::nullopt;
  if (extent == Extent::kTotal) met.Hit("hostile-other-format");
  bool has_told = !seen.not_opened.empty() || !seen.events.empty();
  if (extent == Extent::kHidden) return JudgeHidden(round, seen, possible, met);
  const std::vector<SeenCall> calls = CallsOf(seen);
  std::vector<SeenCall> all = fill;
  all.insert(all.end(), calls.begin(), calls.end());
  for (const SeenCall& call : calls) {
    if (const auto invented = Invented(call, all)) {
      return Failure{{"QUA-7"},
                     "a record that was never written",
                     0,
                     "records that were registered under their ids",
                     *invented};
    }
    if (extent == Extent::kTotal && !call.result) has_told = true;
    if (has_told) continue;
    if (const auto misfit = possible.Take(call)) {
      return Failure{{extent == Extent::kTotal ? "QUA-7" : "DUR-1"},
                     extent == Extent::kTotal ? "a ruined file is passed over in silence"
                                              : "an answer after nothing was harmed",
                     0,
                     "an error, a quarantine or the whole truth: " + misfit->expected,
                     misfit->got};
    }
  }
  return std::nullopt;
}

}  // namespace holdfast::conformance
