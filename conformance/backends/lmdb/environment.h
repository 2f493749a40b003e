// An LMDB environment and its transactions.
#pragma once

#include <lmdb.h>

#include <memory>
#include <shared_mutex>
#include <string>

#include "conformance/backends/keyed/table.h"

namespace holdfast::conformance {

/// What LMDB answered instead of success: its own code, or an errno.
struct LmdbError {
  int code;
};

/// Threads: any.
class LmdbEnvironment {
 public:
  /// Opens the file, and makes it where it is missing. "Opening a database can fail if another
  /// process is opening or closing it at exactly the same time": it is up to the caller that nobody
  /// is. Errors: LmdbError.
  explicit LmdbEnvironment(std::string path);

  /// After a commit whose last write failed LMDB answers MDB_PANIC until the environment is opened
  /// anew. Waits until no transaction of this process is under way. Errors: LmdbError.
  void OpenAnew();

 private:
  friend class LmdbTransaction;
  struct Close {
    void operator()(MDB_env* env) const { mdb_env_close(env); }
  };
  void Open();

  std::string path_;
  std::shared_mutex users_;  // shared by transactions
  std::unique_ptr<MDB_env, Close> env_;
  MDB_dbi table_ = 0;
};

/// A transaction as a table; aborted unless it is committed. Errors: LmdbError, thrown by all.
/// Threads: the one that began it.
class LmdbTransaction : public Table {
 public:
  enum class Kind { kRead, kWrite };
  LmdbTransaction(LmdbEnvironment& environment, Kind kind);
  ~LmdbTransaction() override;

  void Commit();

  [[nodiscard]] std::string Get(const std::string& key) override;
  void Set(const std::string& key, const std::string& bucket) override;
  void ForEachBucket(const std::function<void(std::string_view)>& visit) override;
  void RemoveAll() override;
  [[nodiscard]] std::size_t MaxKeyBytes() const override;

 private:
  LmdbEnvironment& environment_;
  std::shared_lock<std::shared_mutex> use_;
  MDB_txn* transaction_ = nullptr;
};

}  // namespace holdfast::conformance
