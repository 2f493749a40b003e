#include "conformance/judge/judge.h"

#include "conformance/judge/keyed_store_case.h"

namespace holdfast::conformance {

linear::Finding JudgeCase(SearchCase& searched, const linear::Budget& budget) {
  const linear::Timeline& timeline = searched.timeline();
  linear::Finding finding = linear::Search(timeline, searched.model(), budget);
  if (finding.answer == linear::Answer::kLinearizable && !searched.Replays(finding.witness)) {
    finding.answer = linear::Answer::kUnknown;
    finding.spent = "the order that was found does not replay: a bug in the suite";
  }
  for (std::uint32_t& call : finding.witness) {
    call = static_cast<std::uint32_t>(timeline.calls[call].source);
  }
  const std::vector<std::size_t>& events = searched.events();
  if (finding.furthest_point < events.size()) {
    finding.furthest_point = events[finding.furthest_point];
  } else {
    finding.furthest_point = events.empty() ? 0 : events.back() + 1;
  }
  return finding;
}

HistoryJudgement JudgeHistory(const ConcurrentHistory& history, const linear::Budget& budget) {
  KeyedStoreCase searched(history);
  HistoryJudgement judgement;
  judgement.failures = searched.failures();
  judgement.finding = JudgeCase(searched, budget);
  judgement.answer = judgement.finding.answer;
  return judgement;
}

}  // namespace holdfast::conformance
