#include "conformance/judge/judge.h"

#include "conformance/judge/explain.h"
#include "conformance/judge/keyed_store_case.h"

namespace holdfast::conformance {

linear::Finding SearchAndReplay(SearchCase& searched, const linear::Budget& budget) {
  linear::Finding finding =
      linear::Search(searched.Sharpened(searched.timeline()), searched.model(), budget);
  if (finding.answer == linear::Answer::kLinearizable && !searched.Replays(finding.witness)) {
    finding.answer = linear::Answer::kUnknown;
    finding.spent = "the order that was found does not replay: a bug in the suite";
  }
  return finding;
}

// A finding on the timeline as one on the history.
linear::Finding OnHistory(linear::Finding finding, const SearchCase& searched) {
  for (std::uint32_t& call : finding.witness) {
    call = static_cast<std::uint32_t>(searched.timeline().calls[call].source);
  }
  const std::vector<std::size_t>& events = searched.events();
  if (finding.furthest_point < events.size()) {
    finding.furthest_point = events[finding.furthest_point];
  } else {
    finding.furthest_point = events.empty() ? 0 : events.back() + 1;
  }
  return finding;
}

namespace {

HistoryJudgement Judge(const ConcurrentHistory& history, const linear::Budget& budget,
                       bool explains) {
  KeyedStoreCase searched(history);
  HistoryJudgement judgement;
  judgement.failures = searched.failures();
  linear::Finding finding = SearchAndReplay(searched, budget);
  judgement.answer = finding.answer;
  if (explains && finding.answer == linear::Answer::kViolation) {
    judgement.explanation = Explain(history, searched, finding);
  }
  judgement.finding = OnHistory(std::move(finding), searched);
  return judgement;
}

}  // namespace

HistoryJudgement FindVerdict(const ConcurrentHistory& history, const linear::Budget& budget) {
  return Judge(history, budget, false);
}

HistoryJudgement JudgeHistory(const ConcurrentHistory& history, const linear::Budget& budget) {
  return Judge(history, budget, true);
}

}  // namespace holdfast::conformance
