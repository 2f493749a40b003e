// What the author of a C++ backend implements to have it certified: two small classes, served by
// RunDriver().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "holdfast/spec/capabilities.h"
#include "holdfast/spec/operation.h"

namespace holdfast::conformance {

/// A name and a version, as the hello reply carries them.
struct NameAndVersion {
  std::string name;
  std::string version;
  bool operator==(const NameAndVersion&) const = default;
};

/// What a backend is and what it claims. What is claimed is tested.
struct BackendDescription {
  NameAndVersion driver;
  NameAndVersion backend;
  Capabilities capabilities;
  bool operator==(const BackendDescription&) const = default;
};

/// How a store is to be opened.
struct OpenOptions {
  std::string dir;             ///< The state directory. It exists.
  std::string namespace_name;  ///< As the caller wrote it: not trimmed, not checked (INP-1 is the
                               ///< store's business).
  std::int64_t max_entries = 0;
  std::optional<std::int64_t> default_ttl_ms;   ///< Absent: entries without a ttl do not expire.
  std::optional<std::int64_t> lock_timeout_ms;  ///< Absent: the backend's own default.
  bool operator==(const OpenOptions&) const = default;
};

/// A store moved a bad file out of the way (QUA-3).
struct QuarantineEvent {
  std::string path;  ///< Where the bytes are now.
  enum class Reason { kCorrupt, kVersionMismatch } reason = Reason::kCorrupt;
  std::optional<std::int64_t>
      version;  ///< The version the file named, where it named a safe integer.
  bool operator==(const QuarantineEvent&) const = default;
};

/// Called by a store, on the thread of the operation that found the file, before that operation
/// returns.
using QuarantineListener = std::function<void(const QuarantineEvent&)>;

/// The time an operation happens at, where the backend claims a virtual clock; absent, the
/// machine's time holds.
using VirtualNow = std::optional<std::int64_t>;

/// One open store. Ids, records and ttls arrive as the caller wrote them; the store judges them.
/// Threads: RunDriver() calls from one thread. The level `concurrent` serves one store from several
/// threads at once, and from children that inherited it through fork() while nothing was under way
/// (CON-1).
class OpenStore {
 public:
  OpenStore() = default;
  OpenStore(const OpenStore&) = delete;
  OpenStore& operator=(const OpenStore&) = delete;
  virtual ~OpenStore() = default;

  [[nodiscard]] virtual Expected<void, StoreError> Register(const std::string& id,
                                                            const Json& record,
                                                            std::optional<std::int64_t> ttl_ms,
                                                            VirtualNow now) = 0;
  [[nodiscard]] virtual Expected<std::optional<Json>, StoreError> Lookup(const std::string& id,
                                                                         VirtualNow now) = 0;
  [[nodiscard]] virtual Expected<std::optional<Json>, StoreError> Consume(const std::string& id,
                                                                          VirtualNow now) = 0;
  [[nodiscard]] virtual Expected<std::vector<Entry>, StoreError> Entries(VirtualNow now) = 0;
  [[nodiscard]] virtual Expected<void, StoreError> Clear(VirtualNow now) = 0;
  /// Answers `unsupported` unless overridden; override it where the capability `claim` is claimed.
  [[nodiscard]] virtual Expected<bool, StoreError> Claim(const std::string& id, const Json& record,
                                                         std::optional<std::int64_t> ttl_ms,
                                                         VirtualNow now);
  /// Answers `unsupported` unless overridden; override it where the capability `delete` is claimed.
  [[nodiscard]] virtual Expected<bool, StoreError> Delete(const std::string& id, VirtualNow now);
};

/// A kind of store.
/// Threads: the level `concurrent` calls Describe() and Open() from several threads at once, and
/// drops the stores it was given on any of them.
class Backend {
 public:
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  virtual ~Backend() = default;

  [[nodiscard]] virtual BackendDescription Describe() const = 0;
  /// Opens the store of a namespace. Destroying what it returns closes the store.
  /// Errors: whatever the contract has Open refuse, `invalid-argument` for the field "namespace"
  /// first of all.
  [[nodiscard]] virtual Expected<std::unique_ptr<OpenStore>, StoreError> Open(
      const OpenOptions& options, QuarantineListener on_quarantine) = 0;
};

/// Runs one operation on an open store.
[[nodiscard]] Result Apply(OpenStore& store, const Operation& operation, VirtualNow now);

/// Serves driver protocol 1 over two file descriptors until `stop` or the end of input, and returns
/// the exit status of the process: 0, or 1 where the output could not be written. Owns neither
/// descriptor. An exception that a backend lets escape is answered as `internal` with effect
/// `unknown`. Threads: one; nothing else may use the descriptors meanwhile.
[[nodiscard]] int RunDriver(Backend& backend, int in_fd = 0, int out_fd = 1);

}  // namespace holdfast::conformance
