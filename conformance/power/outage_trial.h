// The states of one followed process under one set of rules after another: built, opened, judged,
// and the smallest of the worst kept.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "conformance/check/outage.h"
#include "conformance/power/disk_states.h"
#include "conformance/power/state_opener.h"

namespace holdfast::conformance {

/// A process that was followed.
struct TriedRun {
  trace::Tree start;
  trace::Trace trace;
  SeenProcess seen;
  Ledger base;                        ///< What the store held before.
  std::vector<Operation> attempts;    ///< All that was ever called, before and by this process.
  std::size_t usual_names = 0;        ///< See StateTerms.
  std::vector<DrillCall> told_first;  ///< Calls before this process, for the story.
  std::vector<std::string> before;    ///< Lines of the story between those and this process.
};

/// A state that the store does not come through, and how to come to it.
struct LostState {
  Failure failure;
  power::Way way;
};

struct TrialResult {
  OutageRow row;
  std::optional<LostState> worst;  ///< Seen by a process that had opened nothing else.
  bool hangs = false;  ///< A call was not answered in time: no state after that one was judged.
  power::DiskStates states;
};

/// Lifetime: refers to the run and the opener.
class OutageTrial {
 public:
  OutageTrial(const TriedRun& run, StateOpener& opener);

  /// Of more states than `most_states` so many are judged: first those of which nearly all or
  /// nearly nothing is left, and these evenly spread over the points.
  [[nodiscard]] Expected<TrialResult, NotOpened> Under(power::Profile profile,
                                                       const power::Bounds& bounds,
                                                       std::size_t most_states);

  /// What is owed where the plug is pulled at that way's point.
  [[nodiscard]] Owed OwedAtPoint(const power::Way& way) const;
  /// Where the plug is pulled, and what that leaves, as two lines of a story.
  [[nodiscard]] std::vector<std::string> TellWay(const power::DiskStates& states,
                                                 const power::Way& way,
                                                 power::Profile profile) const;
  /// What was seen of the process up to that point.
  [[nodiscard]] SeenProcess SeenUpTo(const power::Way& way) const;
  [[nodiscard]] std::string PointInWords(const power::Way& way) const;

 private:
  [[nodiscard]] Expected<void, NotOpened> JudgeAll(TrialResult& result);
  [[nodiscard]] Expected<StateVerdict, NotOpened> JudgeAt(const power::DiskStates& states,
                                                          const power::DiskState& state,
                                                          const power::Way& way);
  [[nodiscard]] StateVerdict Judge(const OpenedState& opened, const power::Way& way) const;
  [[nodiscard]] Expected<bool, NotOpened> Confirm(TrialResult& result);
  void Take(TrialResult& result, StateVerdict verdict, const power::Way& way) const;
  [[nodiscard]] LosingState ExampleOf(const TrialResult& result, const StateVerdict& verdict,
                                      const power::Way& way) const;
  [[nodiscard]] std::size_t AnswersAt(const power::Way& way) const;

  const TriedRun& run_;
  StateOpener& opener_;
  std::vector<std::size_t> answers_;  // before each step, and at the end
  // What was seen of each content, and made of it at each number of answers.
  std::map<std::string, OpenedState> opened_;
  std::map<std::pair<std::string, std::size_t>, StateVerdict> judged_;
};

}  // namespace holdfast::conformance
