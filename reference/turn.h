// One operation's turn: exclusive access to a namespace, with its contents read.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "holdfast/reference/store.h"
#include "reference/directory.h"
#include "reference/envelope.h"
#include "reference/lock.h"
#include "reference/snapshot.h"

namespace holdfast::reference {

/// The lock was not free within the lock timeout (CON-3).
class Busy : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The file would pass the declared limit.
class FileTooLarge : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What the turns at one open store have in common.
/// Threads: options and path never change; the rest is guarded by `mutex`, which is never held
/// during a system call.
struct TurnState {
  StoreOptions options;  ///< Checked; `dir` absolute, `namespace_name` trimmed, `clock` not empty.
  std::string store_path;  ///< Of the store file.

  std::mutex mutex;
  SnapshotPtr snapshot;                           ///< The last state known; null where none is.
  std::optional<FileIdentity> durable_directory;  ///< The namespace directory whose parents are
                                                  ///< known to be synced.

  [[nodiscard]] SnapshotPtr LastKnown();
};

/// Exclusive access, from construction to destruction. The caller is inside the fork gate.
class Turn {
 public:
  /// Waits for the lock, then reads the file if it is not the one last known: a bad one is
  /// quarantined, which is added to `quarantines` (QUA-4). Makes directories and lock file where
  /// they are missing.
  /// Errors: Busy, IoError, UnsafePath.
  Turn(TurnState& state, std::vector<Quarantine>& quarantines);

  /// The time of this operation, read while it has exclusive access (CLK-1).
  [[nodiscard]] std::int64_t now() const { return now_; }
  /// What the store holds, the expired included. Until Settle() or Replace() a loss of power may
  /// take it back.
  [[nodiscard]] const Contents& contents() const;

  /// Makes the contents durable as they are: to be called before an answer that rests on them
  /// where nothing replaced them (DUR-5).
  /// Errors: IoError, with nothing changed.
  void Settle();

  /// Makes these the contents, durably.
  /// Errors: FileTooLarge and IoError, with nothing changed unless it says otherwise;
  /// DurabilityError.
  void Replace(Contents contents);

 private:
  void Load(const Contents& known, std::vector<Quarantine>& quarantines);
  void QuarantineFile(const InvalidEnvelope& found, std::vector<Quarantine>& quarantines);
  void SyncParentsOnce();
  void Adopt(SnapshotPtr snapshot);

  TurnState& state_;
  NamespaceDirectory dir_;
  SnapshotPtr replaced_;  ///< Let go after the lock: to close a file that was replaced takes long.
  StoreLock lock_;
  SnapshotPtr snapshot_;    ///< Null: there is no file.
  bool is_settled_ = true;  ///< False: it was just read, and nobody else is to rest on it yet.
  std::int64_t now_ = 0;
};

}  // namespace holdfast::reference
