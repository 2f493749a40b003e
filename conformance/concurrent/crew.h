// The clients of a race: who they are, how their store is reached, and how one is replaced.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "conformance/campaign/session.h"
#include "conformance/concurrent/race.h"
#include "conformance/supervise/supervision.h"

namespace holdfast::conformance {

/// One client of a race.
struct Seat {
  DriverClient* client = nullptr;
  std::string store = "main";  ///< The name its store is open under.
  std::string dir;             ///< Its state directory, maybe through a symlink.
  int process = 0;             ///< As histories number it: a new one for each new process.
};

/// Driver processes are kept from race to race; those of the other roads, and those whose steps are
/// delayed, live for one race.
/// Threads: not shared; the thread that made it has to outlive it.
class Crew {
 public:
  /// Where `description` is given, a driver that describes itself otherwise is at fault.
  Crew(const DriverSource& source, const DriverTimeouts& timeouts,
       std::optional<BackendDescription> description);
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  /// Seats the clients of a race. Their stores are below `state_dir`, which `link` names too. On
  /// Road::kThreads and Road::kInheritance the store is open already; Open() again does no harm.
  [[nodiscard]] Expected<void, DriverFault> Muster(const Race& race,
                                                   const std::filesystem::path& state_dir,
                                                   const std::filesystem::path& link);
  [[nodiscard]] std::vector<Seat>& seats() { return seats_; }

  /// Opens the store of a seat.
  [[nodiscard]] Expected<Expected<void, StoreError>, DriverFault> Open(std::size_t seat);

  /// SIGKILL to the process of a seat of Road::kProcesses. The client can still be asked for
  /// replies that had been written, until Replace().
  void Kill(std::size_t seat);
  /// A new process in the place of one that was killed.
  [[nodiscard]] Expected<void, DriverFault> Replace(std::size_t seat);

  /// Ends the race: what lives for one race only is killed, and after a fault everything is.
  void Dismiss(bool after_fault);

  /// True where each seat has a process of its own.
  [[nodiscard]] bool has_processes() const { return race_.road == Road::kProcesses; }

  /// What the backend said in its hello. Needs a seated race.
  [[nodiscard]] const BackendDescription& description() const {
    return seats_.front().client->description();
  }

 private:
  [[nodiscard]] Expected<DriverClient*, DriverFault> Process(std::size_t number);
  // Every seat in a supervised process of its own, for one race.
  [[nodiscard]] Expected<void, DriverFault> Supervise(const std::vector<StepDelay>& delays,
                                                      const std::filesystem::path& state_dir);
  [[nodiscard]] OpenOptions OptionsOf(const Seat& seat) const;

  DriverSource source_;
  DriverTimeouts timeouts_;
  std::optional<BackendDescription> description_;
  std::vector<std::unique_ptr<Session>> sessions_;
  std::vector<std::unique_ptr<Supervision>> supervisions_;
  std::vector<DriverClient> group_;
  std::vector<Seat> seats_;
  Race race_;  // its setup only
  int next_process_ = 0;
};

/// The namespace of every race.
inline constexpr char kRaceNamespace[] = "demo";

}  // namespace holdfast::conformance
