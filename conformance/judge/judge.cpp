#include "conformance/judge/judge.h"

#include "conformance/judge/keyed_store_case.h"

namespace holdfast::conformance {

HistoryJudgement JudgeHistory(const ConcurrentHistory& history, const linear::Budget& budget) {
  KeyedStoreCase searched(history);
  const linear::Timeline& timeline = searched.timeline();
  HistoryJudgement judgement;
  judgement.failures = searched.failures();
  judgement.finding = linear::Search(timeline, searched.model(), budget);
  linear::Finding& finding = judgement.finding;
  if (finding.answer == linear::Answer::kLinearizable && !searched.Replays(finding.witness)) {
    finding.answer = linear::Answer::kUnknown;
    finding.spent = "the order that was found does not replay: a bug in the suite";
  }
  judgement.answer = finding.answer;
  for (std::uint32_t& call : finding.witness) {
    call = static_cast<std::uint32_t>(timeline.calls[call].source);
  }
  finding.furthest_point = finding.furthest_point < searched.events().size()
                               ? searched.events()[finding.furthest_point]
                               : history.events.size();
  return judgement;
}

}  // namespace holdfast::conformance
