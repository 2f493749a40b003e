// Why a history of a register or a map is a violation.
#pragma once

#include "conformance/judge/core.h"
#include "conformance/judge/judge.h"
#include "conformance/judge/object_case.h"

namespace holdfast::conformance {

/// A call as it is told.
struct ToldCall {
  CallLine at;
  std::string label;
  std::string reply;
  bool returned = false;
  bool explains = false;  ///< It may have put there what the impossible result shows.
};

/// The facts of a violation told and drawn; the name is left to the caller. `impossible` is one of
/// `facts`.
[[nodiscard]] Explanation TellFacts(const std::vector<ToldCall>& calls,
                                    const std::vector<ConcurrentEvent>& events,
                                    const std::vector<std::size_t>& facts, std::size_t impossible);

/// Judges what a dialect has read, and explains a violation.
template <typename Plain>
[[nodiscard]] HistoryJudgement JudgeObject(const ObjectDialect<Plain>& dialect,
                                           const HistoryReader& reader,
                                           const linear::Budget& budget) {
  ObjectCase<Plain> searched(dialect, reader);
  HistoryJudgement judgement;
  const linear::Finding on_timeline = SearchAndReplay(searched, budget);
  judgement.answer = on_timeline.answer;
  judgement.finding = OnHistory(on_timeline, searched);
  if (judgement.answer != linear::Answer::kViolation) return judgement;
  const linear::Timeline& timeline = searched.timeline();
  const Core core = Reduce(searched, on_timeline.furthest_point);
  std::vector<std::size_t> facts;
  std::optional<std::size_t> impossible;
  for (const std::uint32_t fact : core.facts) {
    facts.push_back(timeline.calls[fact].source);
    if (searched.model().IsPure(timeline.calls[fact].cls)) impossible = facts.back();
  }
  const std::size_t last = timeline.calls[core.last].source;
  if (!impossible || searched.model().IsPure(timeline.calls[core.last].cls)) impossible = last;
  std::vector<ToldCall> told;
  for (std::size_t call = 0; call < dialect.calls().size(); ++call) {
    told.push_back({reader.calls()[call], dialect.calls()[call].label, dialect.calls()[call].reply,
                    dialect.calls()[call].standing == Standing::kMust,
                    dialect.Explains(call, *impossible)});
  }
  judgement.explanation = TellFacts(told, reader.events(), facts, *impossible);
  judgement.explanation->name = dialect.NameOf(facts, *impossible);
  return judgement;
}

}  // namespace holdfast::conformance
