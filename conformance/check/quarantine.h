// Judges what a store did with a file that was changed from outside (QUA-1 to QUA-3, QUA-5), and
// what its file holds (FILE-1 to FILE-3).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "conformance/check/verdict.h"
#include "conformance/history/history.h"
#include "holdfast/spec/envelope.h"
#include "holdfast/spec/model.h"

namespace holdfast::conformance {

/// Follows the folder of one namespace's file.
class FolderWatch {
 public:
  explicit FolderWatch(const Capabilities& capabilities) : limits_(LimitsOf(capabilities)) {}

  /// The suite wrote these bytes. Returns what a store that reads them holds.
  model::State Tell(const FileEvent& file);
  void Tell(const QuarantineEvent& event);
  /// A reply came in: a warning that is still owed for an earlier operation is now overdue
  /// (PRO-15).
  [[nodiscard]] std::optional<Failure> TellReply();
  /// The process ended: a warning that is still owed may have ended with it.
  void TellRespawn() { owed_.reset(); }

  /// True where the bytes last written are no store, and no operation has been seen to deal with
  /// them.
  [[nodiscard]] bool IsBad() const { return fault_.has_value(); }
  [[nodiscard]] const std::optional<EnvelopeFault>& fault() const { return fault_; }
  /// How many bad files were seen to be moved away.
  [[nodiscard]] std::size_t quarantines() const { return kept_.size(); }

  /// What stands in the folder after an operation on the changed file was acknowledged.
  [[nodiscard]] std::optional<Failure> Judge(const ListingEvent& listing);

  /// What the file holds at the end, against the states it may be in.
  [[nodiscard]] std::optional<Failure> JudgeContents(const ListingEvent& listing,
                                                     const std::vector<model::State>& states) const;

 private:
  [[nodiscard]] std::optional<Failure> JudgeQuarantine(const ListingEvent& listing);
  [[nodiscard]] std::optional<Failure> JudgeEvents();
  [[nodiscard]] std::optional<std::string> NameOfMoved(const ListingEvent& listing) const;
  [[nodiscard]] bool IsNewQuarantine(const ListedFile& file) const;
  [[nodiscard]] std::vector<ListedFile> Fresh(const ListingEvent& listing);
  [[nodiscard]] std::optional<std::string> NameOfCopy(const ListingEvent& listing) const;

  EnvelopeLimits limits_;
  std::optional<std::string> planted_;   // the bytes the suite wrote last
  std::optional<std::string> written_;   // by the suite, and not dealt with yet
  std::optional<EnvelopeFault> fault_;   // of written_
  std::vector<QuarantineEvent> events_;  // since written_
  struct Owed {
    std::string name;  // of the quarantined file
    EnvelopeFault fault;
  };
  std::optional<Owed> owed_;                 // a quarantine whose warning has not come yet
  std::optional<Failure> overdue_;           // what was wrong with a warning that came late
  std::map<std::string, std::string> kept_;  // quarantined files seen so far
  std::vector<std::string> superseded_;      // bad bytes that the suite wrote over
  std::size_t spare_warnings_ = 0;           // that may still come for those
};

}  // namespace holdfast::conformance
