#include "conformance/files/shrink_trial.h"

namespace holdfast::conformance {
namespace {

class Shrinker {
 public:
  Shrinker(Trial trial, const TrialFails& fails, std::chrono::steady_clock::time_point deadline)
      : best_(std::move(trial)), fails_(fails), deadline_(deadline) {}

  Trial Run() {
    for (bool changed = true; changed && !IsSpent();) {
      const Trial before = best_;
      DropFrom(
          [](Trial & trial) -> auto& { return trial.rounds; }, 1);
      DropFrom(
          [](Trial & trial) -> auto& { return trial.fill; }, 0);
      for (std::size_t round = 0; round < best_.rounds.size(); ++round) {
        DropFrom(
            [round](Trial & trial) -> auto& { return trial.rounds[round].calls; }, 0);
        DropFrom(
            [round](Trial & trial) -> auto& { return trial.rounds[round].first; }, 1);
        Simplify(round);
      }
      Try([](Trial& trial) { trial.folders_there = false; });
      Try([](Trial& trial) { trial.open_umask = false; });
      Try([](Trial& trial) { trial.namespace_name = Trial{}.namespace_name; });
      changed = !(best_ == before);
    }
    return std::move(best_);
  }

 private:
  [[nodiscard]] bool IsSpent() const { return std::chrono::steady_clock::now() >= deadline_; }

  template <typename Edit>
  void Try(const Edit& edit) {
    Trial candidate = best_;
    edit(candidate);
    if (IsSpent() || candidate == best_ || !fails_(candidate)) return;
    best_ = std::move(candidate);
  }

  template <typename Part>
  void DropFrom(const Part& part, std::size_t fewest) {
    for (std::size_t at = part(best_).size(); at-- > 0;) {
      if (part(best_).size() <= fewest || at >= part(best_).size()) continue;
      Try([&](Trial& trial) {
        part(trial).erase(part(trial).begin() + static_cast<std::ptrdiff_t>(at));
      });
    }
  }

  void Simplify(std::size_t round) {
    Try([&](Trial& trial) { trial.rounds[round].advance_ms = 0; });
    Try([&](Trial& trial) { trial.rounds[round].name_taken = false; });
    Try([&](Trial& trial) { trial.rounds[round].respawn = false; });
    Try([&](Trial& trial) { trial.rounds[round].reopen = false; });
    Try([&](Trial& trial) { trial.rounds[round].seed = 0; });
    Try([&](Trial& trial) { trial.rounds[round].first.front() = Operation{}; });
  }

  Trial best_;
  const TrialFails& fails_;
  std::chrono::steady_clock::time_point deadline_;
};

}  // namespace

Trial ShrinkTrial(Trial trial, const TrialFails& fails,
                  std::chrono::steady_clock::time_point deadline) {
  return Shrinker(std::move(trial), fails, deadline).Run();
}

}  // namespace holdfast::conformance
