// Runs a trial and records what was seen. Judges nothing.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "conformance/files/cast.h"
#include "conformance/files/tree.h"
#include "conformance/files/trial.h"
#include "conformance/history/history.h"

namespace holdfast::conformance {

/// A call that was made. Units: milliseconds of the clock that the store saw.
struct SeenCall {
  std::size_t client = 0;
  Operation operation;
  SeenMillis earliest = 0;
  SeenMillis latest = 0;
  Result result = Answer(Done{});
  bool is_cut_off = false;  ///< Its process was killed before it answered: there is no result.
};

/// A namespace that was tried out, and what stood below the trial's folder afterwards.
struct SeenNamespace {
  std::string name;
  std::optional<StoreError> refusal;  ///< Of open.
  std::optional<SeenCall> write;      ///< Where it opened.
  Tree after;
};

/// A round as it went. Trees are of all that stands below the folder the trial was given.
struct SeenRound {
  bool took_effect = false;  ///< The harm could be done.
  std::string why_not;       ///< Why it could not, where this machine or this user is the reason.
  SeenMillis began = 0;
  Tree before;                                  ///< Before the harm.
  Tree harmed;                                  ///< After it.
  Tree after;                                   ///< After the calls, before the harm was lifted.
  Tree lifted;                                  ///< After that.
  std::vector<SeenCall> handed;                 ///< By the second backend, as part of the harm.
  std::vector<SeenCall> earlier;                ///< By processes that ended as part of the harm.
  std::vector<std::vector<std::string>> names;  ///< Of temporary files, by process.
  std::vector<std::string> planted;  ///< Paths of files that the suite put there in this round.
  std::vector<StoreError> not_opened;
  std::vector<SeenCall> first;
  std::vector<SeenCall> calls;
  std::vector<SeenCall> closing;  ///< Each client's Entries, once the harm was lifted.
  std::vector<QuarantineEvent> events;
  std::optional<DriverFault> died;  ///< A driver that ended, or did not answer, after the harm.
};

struct TrialRun {
  Capabilities claims;
  std::vector<SeenNamespace> strange;
  std::vector<SeenCall> fill;
  std::vector<std::string> temporaries;  ///< Names that came up beside the file during `fill`.
  Tree start;                            ///< Before the store was first opened.
  std::vector<SeenRound> rounds;         ///< As far as the run came.
  std::string state;                     ///< Path of the state directory in the trees.
  std::optional<DriverFault> fault;      ///< Set where a driver, not the store, ended the run.

  /// Path, in the trees, of a name beside the store's file.
  [[nodiscard]] std::string PathOf(const Trial& trial, const std::string& name) const;
};

/// Runs `trial` below `dir`, which exists and is empty.
[[nodiscard]] TrialRun RunTrial(const Trial& trial, Cast& cast, const std::filesystem::path& dir);

}  // namespace holdfast::conformance
