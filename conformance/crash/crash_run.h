// A run of one drill of level `crash`: see crash_drill.h for what it does.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "conformance/crash/crash_drill.h"
#include "conformance/drill/ledger.h"
#include "conformance/drill/recovery.h"

namespace holdfast::conformance {

/// Threads: not shared.
class CrashRun {
 public:
  CrashRun(const Drill& drill, const DrillGround& ground);
  [[nodiscard]] DrillOutcome Run();

 private:
  using Approach = std::optional<trace::Approach>;

  // The directory that a real kill leaves, and the steps up to there.
  struct Struck {
    std::filesystem::path dir;
    trace::Trace trace;
    bool has_struck = false;
  };

  [[nodiscard]] Errand Calls(const std::filesystem::path& state_dir) const;
  [[nodiscard]] bool HasEnded() const;
  [[nodiscard]] bool IsOver() const;  // or there is no more time
  [[nodiscard]] std::filesystem::path NewFolder();
  bool End(DriverFault fault);
  bool Undecided(std::string why);
  bool Fail(Failure failure, const trace::Plan& plan, const trace::Trace& trace, Approach approach);
  // True, and undecided, where the run took another way than the recorded one.
  bool HasParted(const Approach& recorded, const trace::Trace& trace);

  // What stands after the first process has ended in order.
  bool Fill();
  // What is owed at a kill after so many answers.
  [[nodiscard]] Owed OwedAt(std::size_t answers, const Ledger& base, const SeenProcess& seen) const;
  std::optional<Failure> Recover(const std::filesystem::path& dir, Owed& owed);

  // --- every step of one record ---
  void Explore();
  void JudgeStates(const trace::Trace& trace, const trace::Tree& start, const Ledger& base,
                   const SeenProcess& seen);
  bool JudgeState(const trace::Tree& tree, Owed& owed, const trace::Trace& trace);
  // A failure that was derived must show where the process is really killed.
  void Confirm(const trace::Trace& trace);

  // --- real kills ---
  std::optional<Struck> KillForReal(const trace::Plan& plan, const trace::Tree& from);
  // A drill with a plan: one real kill, and what it leaves.
  void Strike();
  void StrikeTheRecovery(const Struck& struck, const Owed& owed);
  void CheckByRealKills(const trace::Trace& trace);

  // --- kills during recovery, and kills that pile up ---
  // States that differ, all of them within the calls: first the one in which the most names stand,
  // since what is left over there has to be dealt with, then others by lot.
  [[nodiscard]] std::vector<std::uint64_t> Leftovers(const trace::Trace& trace,
                                                     const trace::Tree& start) const;
  void KillTheRecovery(std::uint64_t k, const trace::Trace& trace, const trace::Tree& start,
                       const SeenProcess& recorded);
  // How many names stand after a process that nothing strikes, and a write.
  std::optional<std::size_t> UsualNames();
  std::optional<std::size_t> NamesAfterWrite(const std::filesystem::path& dir);
  void SeeWhatPilesUp(const trace::Plan& plan, const trace::Trace& trace, Approach approach);

  // --- two processes ---
  void KillBesideAnother(const std::vector<trace::Plan>& plans);

  const Drill& drill_;
  const DrillGround& ground_;
  const Capabilities& claims_;
  DrillClock clock_;
  Session opener_;
  DrillOutcome outcome_;
  SeenProcess filled_;
  SeenProcess seen_;       // the process that was followed last
  SeenProcess recovered_;  // the one that opened what it left
  trace::Tree start_;
  std::optional<Ledger> base_;  // after the first process
  trace::Step point_;           // where the state that was judged last was cut off
  std::uint64_t folders_ = 0;
};

/// The plan of a kill there.
[[nodiscard]] trace::Plan KillAt(const trace::Place& place);

}  // namespace holdfast::conformance
