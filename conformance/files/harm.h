// Does a round's harm to the files of a store, and lifts it again.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "conformance/actor/descriptor.h"
#include "conformance/files/hindrance.h"
#include "conformance/files/trial.h"
#include "holdfast/spec/envelope.h"

namespace holdfast::conformance {

/// Where a trial takes place.
struct Scene {
  std::filesystem::path state;
  std::filesystem::path folder;  ///< Of the store's file.
  std::filesystem::path file;    ///< The store's file; of a format the suite does not know, one of
                                 ///< its files.
  std::filesystem::path victim;  ///< A file outside the state directory.
  std::vector<std::string> temporaries;  ///< Names that temporary files had.
  pid_t driver = 0;                      ///< The first client's.
  bool creates_file = true;              ///< A harm may bring up a file that is not there yet.
  std::int64_t now_ms = 0;               ///< Of the clock that the stores see.
  EnvelopeLimits limits;                 ///< That the store declares.
};

/// Threads: not shared. Errors: throws std::system_error where the machine refuses something that
/// no harm should need.
class Harm {
 public:
  Harm(Scene scene, const Round& round);
  Harm(const Harm&) = delete;
  Harm& operator=(const Harm&) = delete;
  ~Harm();

  /// False: it cannot be done, and nothing was.
  [[nodiscard]] bool Do();
  /// Where Do() was false because of this machine or this user: why. Empty otherwise.
  [[nodiscard]] const std::string& why_not() const { return why_not_; }
  /// Of HindranceKind::kMended, before calls are made: looks out for whoever reads the file.
  void Watch();
  /// Of HindranceKind::kMended, once calls are under way: waits a moment for somebody to read the
  /// bad file, then puts the good one back and lets the exclusion go.
  void Mend();
  /// Takes what stands in the way out of it. Without effect where nothing does, or for the second
  /// time.
  void Lift();

  /// The files that were put beside the store's.
  [[nodiscard]] const std::vector<std::filesystem::path>& planted() const { return planted_; }

 private:
  bool DoCorrupt();
  bool PutSomethingElse();
  bool TakeAway();
  bool LitterLock();
  bool HoldLock();
  bool Plant();
  bool Shut();
  bool ShutFolder();
  bool Swell();
  bool HandOn();
  bool Refuse(std::string why);
  bool TakeLock();
  void Overwrite(const std::string& bytes);

  Scene scene_;
  const Round& round_;
  const Hindrance* hindrance_;
  std::optional<std::string> bytes_;  // of the file before
  std::vector<std::filesystem::path> planted_;
  UniqueFd lock_;
  UniqueFd watch_;
  bool stands_ = false;  // there is something to lift
  mode_t folder_mode_ = 0;
  std::string why_not_;
};

}  // namespace holdfast::conformance
