#include "conformance/judge/tests/schedule.h"

#include <algorithm>

namespace holdfast::conformance {
namespace {

using Kind = ScheduledStep::Kind;

class Scheduler {
 public:
  Scheduler(const Bustle& bustle, Dice& dice) : bustle_(bustle), dice_(dice) {
    for (int p = 0; p < bustle.processes; ++p) actors_.push_back({p, State::kIdle, 0, false});
    next_process_ = bustle.processes;
  }

  std::vector<ScheduledStep> Draw() {
    while (calls_ < static_cast<std::size_t>(bustle_.operations)) {
      if (bustle_.phase_operations > 0 && in_phase_ == bustle_.phase_operations) {
        Settle();
        Add(Kind::kBarrier, 0, 0);
        in_phase_ = 0;
      }
      Move(actors_[static_cast<std::size_t>(Roll(dice_, static_cast<int>(actors_.size())))], true);
    }
    Settle();
    return std::move(steps_);
  }

 private:
  enum class State { kIdle, kOpen, kTaken, kKilled };
  struct Actor {
    int process;
    State state;
    std::size_t call;
    bool may_take;  // killed, and what it had under way is still to happen
  };

  void Add(Kind kind, std::size_t call, int process) { steps_.push_back({kind, call, process}); }
  bool Falls(int percent) { return Roll(dice_, 100) < percent; }

  void Move(Actor& actor, bool may_call) {
    switch (actor.state) {
      case State::kIdle:
        if (!may_call) return;
        actor.call = calls_++;
        ++in_phase_;
        actor.state = State::kOpen;
        Add(Kind::kCall, actor.call, actor.process);
        return;
      case State::kOpen:
        if (Falls(bustle_.crash_percent)) return Kill(actor, Roll(dice_, 2) == 0);
        if (Falls(bustle_.unknown_percent)) {
          const bool happens = Roll(dice_, 2) == 0;
          if (happens) Add(Kind::kTake, actor.call, actor.process);
          Add(Kind::kReturnUnknown, actor.call, actor.process);
          actor.state = State::kIdle;
          return;
        }
        Add(Kind::kTake, actor.call, actor.process);
        actor.state = State::kTaken;
        return;
      case State::kTaken:
        if (Falls(bustle_.crash_percent)) return Kill(actor, false);
        Add(Kind::kReturn, actor.call, actor.process);
        actor.state = State::kIdle;
        return;
      case State::kKilled:
        return Bury(actor);
    }
  }

  void Kill(Actor& actor, bool may_take) {
    Add(Kind::kCrash, actor.call, actor.process);
    actor.state = State::kKilled;
    actor.may_take = may_take;
  }

  void Bury(Actor& actor) {
    if (actor.may_take) Add(Kind::kTake, actor.call, actor.process);
    const bool is_seen = bustle_.always_reaped || Roll(dice_, 4) != 0;
    if (is_seen) Add(Kind::kReaped, actor.call, actor.process);
    actor = {next_process_++, State::kIdle, 0, false};
  }

  void Settle() {
    for (;;) {
      std::vector<Actor*> busy;
      for (Actor& actor : actors_) {
        if (actor.state != State::kIdle) busy.push_back(&actor);
      }
      if (busy.empty()) return;
      Move(*busy[static_cast<std::size_t>(Roll(dice_, static_cast<int>(busy.size())))], false);
    }
  }

  const Bustle& bustle_;
  Dice& dice_;
  std::vector<Actor> actors_;
  std::vector<ScheduledStep> steps_;
  std::size_t calls_ = 0;
  int in_phase_ = 0;
  int next_process_ = 0;
};

}  // namespace

int Roll(Dice& dice, int sides) {
  return static_cast<int>(dice() % static_cast<std::uint64_t>(sides));
}

std::vector<ScheduledStep> DrawSchedule(const Bustle& bustle, Dice& dice) {
  return Scheduler(bustle, dice).Draw();
}

}  // namespace holdfast::conformance
