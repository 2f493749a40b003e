// Opens the states that the plug leaves, directory after directory, in one process that lives on.
#pragma once

#include <filesystem>

#include "conformance/campaign/files.h"
#include "conformance/power/judge_state.h"

namespace holdfast::conformance {

/// Why a state could not be opened: the driver's fault, or the suite's as a sentence.
struct NotOpened {
  std::optional<DriverFault> fault;
  std::string why;
};

/// Lifetime: refers to the ground and the clock. Threads: not shared.
class StateOpener {
 public:
  /// The states are written to the ground's folder in memory: what a disk makes of them is nobody's
  /// question.
  StateOpener(const DrillGround& ground, std::int64_t max_entries, DrillClock& clock);

  /// Writes the state to a directory of its own, and opens it. Every directory has another path. A
  /// new process takes over only where the last one died, or OneProcessEach() was called.
  [[nodiscard]] Expected<OpenedState, NotOpened> Open(const trace::Tree& tree);
  /// The same in a process of its own, which has seen no other state.
  [[nodiscard]] Expected<OpenedState, NotOpened> OpenAfresh(const trace::Tree& tree);
  /// The process is followed, and not asked for names.
  [[nodiscard]] Expected<FollowedProcess, NotOpened> Follow(const trace::Tree& tree);

  /// For a driver that carries something over from one directory to the next.
  void OneProcessEach() { is_one_each_ = true; }
  [[nodiscard]] bool is_one_each() const { return is_one_each_; }

 private:
  [[nodiscard]] Expected<OpenedState, NotOpened> OpenBy(Session& session, const trace::Tree& tree);
  [[nodiscard]] std::filesystem::path NewFolder();

  const DrillGround& ground_;
  std::int64_t max_entries_;
  DrillClock& clock_;
  ScratchDir dir_;
  Session session_;
  bool is_one_each_ = false;
  std::uint64_t folders_ = 0;
};

}  // namespace holdfast::conformance
