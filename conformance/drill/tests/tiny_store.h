// A store of one JSON file in a hundred lines, written for tests: whole, or with one fault in how
// it keeps its promises over a kill, or where a call of its own fails. It knows nothing of the
// reference store.
//
//   tiny.json      what it holds
//   tiny.lock      its exclusion
//   tiny-XXXX.tmp  the next content on its way; or tiny.next where the name is fixed
//   tiny.journal   the next content, where a store writes that first and then its file in place
#pragma once

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

/// What a tiny store is made of. As it stands it is a good one.
struct TinyMake {
  std::string name;
  std::string clause = "";  ///< What it breaks; empty for a good one.
  enum class Exclusion {
    kFlock,
    kLockFile,          ///< Made with O_EXCL and removed: it survives its owner.
    kLockFileOfOpener,  ///< The same, but whoever opens the store removes one that stands there.
  } exclusion = Exclusion::kFlock;
  enum class Saving {
    kReplace,         ///< A temporary file takes the place of the old one.
    kReplaceUnswept,  ///< The same, and those of killed writers stay.
    kFixedExclusive,  ///< A fixed name, made with O_EXCL.
    kFixedTrusted,    ///< A fixed name; what stands there at the start is taken for the content.
    kInPlace,         ///< The file is cut to nothing and written.
    kJournal,         ///< A journal first, then in place; a journal that is found is replayed.
    kJournalDropped,  ///< The same, but the journal is removed before it is replayed.
  } saving = Saving::kReplace;
  /// What is made durable before the answer. Only a store that syncs something claims to survive
  /// the loss of power.
  enum class Syncing {
    kNothing,
    kFile,              ///< The bytes, before the rename.
    kFileAndDirectory,  ///< And the rename: a good one.
    kDirectory,         ///< The rename alone.
    kAfterTheRename,    ///< Both, but the bytes only once they have their name.
    kTriedAgain,        ///< Both, and where an fsync fails it is called again and believed.
    kThroughAMapping,   ///< Both, but the bytes are written to a mapping.
  } syncing = Syncing::kNothing;
  bool forgives = false;             ///< Takes a torn file for an empty one.
  bool writes_late = false;          ///< With the next call, or at close.
  bool is_restless = false;          ///< Takes a few steps more or less each time, by lot.
  bool is_blind = false;             ///< Takes a file that it cannot open for none.
  bool overlooks_full_disk = false;  ///< Acknowledges what no space was left for.
  bool overlooks_short_writes = false;
  bool sulks = false;         ///< Answers each call with the error of the first that failed.
  bool writes_aside = false;  ///< In a thread of its own, beside another one that looks around.
  bool is_faithful = false;   ///< A process opens no other directory than its first.
};

/// For test reports.
void PrintTo(const TinyMake& make, std::ostream* out);

/// Good stores, each made in another way.
[[nodiscard]] const std::vector<TinyMake>& GoodTinyStores();
/// Stores that a kill finds out.
[[nodiscard]] const std::vector<TinyMake>& FaultyTinyStores();
/// Stores that a failing call finds out.
[[nodiscard]] const std::vector<TinyMake>& CarelessTinyStores();

/// Good stores that claim to survive the loss of power.
[[nodiscard]] const std::vector<TinyMake>& DurableTinyStores();
/// Stores that claim it as well, and do not.
[[nodiscard]] const std::vector<TinyMake>& VolatileTinyStores();

[[nodiscard]] std::unique_ptr<Backend> MakeTiny(const TinyMake& make);

}  // namespace holdfast::conformance
