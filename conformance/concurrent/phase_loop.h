// One phase of a race: every branch at once, with its kills and stalls, in one loop over poll(2).
#pragma once

#include <filesystem>

#include "conformance/actor/child_process.h"
#include "conformance/concurrent/race_record.h"

namespace holdfast::conformance {

/// The exclusion of a store, held by the suite. Where there is no such lock file, or somebody has
/// it, nothing is held.
class Hold {
 public:
  Hold(const std::filesystem::path& lock_file, std::int64_t length_ms);
  [[nodiscard]] bool held() const { return lock_.open(); }
  [[nodiscard]] SteadyTime until() const { return until_; }
  void Release() { lock_.Close(); }

 private:
  UniqueFd lock_;
  SteadyTime until_;
};

/// Threads: not shared.
class PhaseLoop {
 public:
  /// `hold` may be null. All of them outlive the loop.
  PhaseLoop(const Phase& phase, std::size_t number, Crew& crew, RaceRecord& record, Hold* hold);
  /// Continues every process that is still stopped.
  ~PhaseLoop();
  PhaseLoop(const PhaseLoop&) = delete;
  PhaseLoop& operator=(const PhaseLoop&) = delete;

  /// Returns when every branch has made its calls. Throws RaceEnded.
  void Run();

 private:
  // A branch at work.
  struct Work {
    std::size_t seat = 0;
    const Branch* branch = nullptr;
    std::size_t next = 0;                 // the call to make next
    std::optional<std::int64_t> request;  // the one under way
    std::size_t call = 0;                 // and its index in the history
    SteadyTime sent;
    SteadyTime resume;  // not before this
    bool kill_pending = false;
    bool stall_pending = false;
    std::optional<SteadyTime> continue_at;  // it is stopped until then
    std::optional<SteadyTime> stopped_at;
    bool was_stopped = false;                   // since the call was sent
    std::optional<std::int64_t> held_until_ms;  // the store's lock was the suite's until then
    bool errors_ended = false;                  // it has closed its standard error
    [[nodiscard]] bool IsDone() const { return !request && next >= branch->calls.size(); }
  };

  void SendFirst();
  void Send(Work& work);
  void TakeReply(Work& work);
  void Finish(Work& work, Result result);
  void Act();
  void Kill(Work& work);
  void Stop(Work& work);
  void Continue(Work& work);
  void CheckAfterKill(const Work& work);
  void CheckHold(const Work& work, const Result& result);
  void CheckPatience(const Work& work);
  void ReleaseHold();
  // When a call that is not answered counts as one that never will be.
  [[nodiscard]] SteadyTime Deadline(const Work& work) const;
  [[nodiscard]] SteadyTime NextAct() const;
  void AwaitSomething();

  const Phase& phase_;
  std::size_t number_;
  Crew& crew_;
  RaceRecord& record_;
  Hold* hold_;
  bool processes_;
  std::optional<SteadyTime> killed_at_;     // the last client that was
  std::chrono::microseconds disturbed_{0};  // for so long a call may have to wait for the suite
  std::vector<Work> works_;
};

}  // namespace holdfast::conformance
