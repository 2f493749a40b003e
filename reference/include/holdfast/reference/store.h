// The reference store: the least code that keeps every clause of the contract in the file format
// envelope/1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "holdfast/spec/error.h"
#include "holdfast/spec/expected.h"
#include "holdfast/spec/operation.h"

namespace holdfast::reference {

/// What this store refuses as too large (INP-4, REC-4) and what it holds to be corrupt in a file
/// (QUA-1).
/// Units: bytes of UTF-8; depth counts nested arrays and objects, a scalar being 0.
struct Limits {
  std::size_t max_id_bytes = 1024;
  std::size_t max_record_bytes = std::size_t{1} << 20U;  ///< Of the record as compact JSON.
  std::size_t max_depth = 128;
  std::size_t max_file_bytes = std::size_t{64} << 20U;
};

/// Why a file was moved out of the way (QUA-2).
enum class QuarantineReason { kCorrupt, kVersionMismatch };

/// A file that was not valid was renamed, and the store is empty from here on (QUA-1 to QUA-3).
struct Quarantine {
  std::string path;  ///< Where the bytes are now.
  QuarantineReason reason = QuarantineReason::kCorrupt;
  std::optional<std::int64_t> version;  ///< The safe integer the file named as its version, if any.
  std::string detail;                   ///< For a person.
};

/// Tells Unix milliseconds.
/// Threads: called from every thread that calls the store, while the store holds its exclusion: it
/// must neither call a store nor fork.
using Clock = std::function<std::int64_t()>;

/// Hears of quarantines.
/// Threads: called on the thread of the operation that found the file, before that operation
/// returns and after it has let go of everything it held, so it may call the store.
using QuarantineCallback = std::function<void(const Quarantine&)>;

/// How a store is opened.
struct StoreOptions {
  std::string dir;             ///< The state directory. The store makes none; its own go below it.
  std::string namespace_name;  ///< Trimmed and checked by Open() (INP-1).
  std::int64_t max_entries = 0;                ///< At least 1 (CAP-1).
  std::optional<std::int64_t> default_ttl_ms;  ///< Absent: entries without a ttl never expire.
  std::int64_t lock_timeout_ms = 5000;         ///< How long an operation waits for exclusion.
  Clock clock;                                 ///< Empty: the machine's wall clock.
  QuarantineCallback on_quarantine;            ///< May be empty.
  Limits limits;
};

/// One namespace of a state directory, open.
/// Errors, of every operation: `busy`, where others held the store for the whole lock timeout
/// (CON-3); `unsafe-path`, where something else stands where a file or directory of the store
/// belongs (FILE-7); `io`, where the system refused a call (QUA-6, DUR-6); `durability` with an
/// unknown effect, where a change is written but not known to be on disk. All but the last leave
/// the store as it was, and so does an `io` error whose effect is `none`.
/// Lifetime: closing is destruction; no operation may be under way then.
/// Threads: any number may call at once. Stores over one directory, in one process or in several,
/// see one another's effects at once (CON-1). A child may use a store it inherited through fork();
/// fork() waits for the operations under way, at most for their lock timeout. A child made by
/// other means than fork() must exec.
/// Not promised: fairness between waiters; network file systems.
class Store {
 public:
  /// Opens a namespace, touching no file: what lies there is first read by the first operation.
  /// Errors: `invalid-argument` with the field `namespace` (INP-1), then `max_entries`,
  /// `default_ttl_ms`, `lock_timeout_ms`; `io`, where `dir` is relative and there is no working
  /// directory.
  [[nodiscard]] static Expected<std::unique_ptr<Store>, StoreError> Open(StoreOptions options);

  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  /// Puts an entry, replacing record, createdAt and expiresAt of one that is there (OPS-1), then
  /// evicts the oldest while there are more than max_entries (CAP-1).
  /// Errors: `invalid-argument` or `too-large` for `key`, then `record`, then `ttl_ms` (INP-6);
  /// `too-large` for `record` also where the file would pass its limit.
  [[nodiscard]] Expected<void, StoreError> Register(
      std::string_view id, const Json& record, std::optional<std::int64_t> ttl_ms = std::nullopt);

  /// The record of a live entry (OPS-2), from memory as long as the file has not changed.
  /// Errors: as Register() for `key`.
  [[nodiscard]] Expected<std::optional<Json>, StoreError> Lookup(std::string_view id);

  /// The record of a live entry, which is gone afterwards (OPS-3).
  /// Errors: as Register() for `key`.
  [[nodiscard]] Expected<std::optional<Json>, StoreError> Consume(std::string_view id);

  /// The live entries, by createdAt and then by id as bytes (OPS-4).
  [[nodiscard]] Expected<std::vector<Entry>, StoreError> Entries();

  /// Empties the namespace (OPS-5).
  [[nodiscard]] Expected<void, StoreError> Clear();

  /// As Register(), but only where there is no live entry of that id: true where this call put it
  /// (OPS-6). A losing claim changes nothing, and its arguments are judged all the same (TTL-3).
  [[nodiscard]] Expected<bool, StoreError> Claim(std::string_view id, const Json& record,
                                                 std::optional<std::int64_t> ttl_ms = std::nullopt);

  /// Removes an entry: true where a live one was there (OPS-7).
  /// Errors: as Register() for `key`.
  [[nodiscard]] Expected<bool, StoreError> Delete(std::string_view id);

 private:
  class Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace holdfast::reference
