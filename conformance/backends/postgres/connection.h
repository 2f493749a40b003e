// A connection to the cluster.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/backends/servers/kept_server.h"

namespace holdfast::conformance {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using PostgresResult = std::unique_ptr<PGresult, ClearResult>;

/// A value of a statement. The types are those that the functions name.
struct PostgresValue {
  std::optional<std::string> bytes;
  bool is_binary = false;

  static PostgresValue Text(std::string text) { return {std::move(text), false}; }
  static PostgresValue Bytes(std::string bytes) { return {std::move(bytes), true}; }
  static PostgresValue Number(std::optional<std::int64_t> number) {
    return {number ? std::optional(std::to_string(*number)) : std::nullopt, false};
  }
};

/// Threads: one at a time. Not to be used on both sides of a fork.
class PostgresConnection {
 public:
  /// Starts the server where it does not run, and makes the schema where it is missing. Who waits
  /// longer than so long for a lock gets `busy`. Errors: Refused with `io`.
  PostgresConnection(const ServerPlan& plan, std::int64_t lock_timeout_ms,
                     const Patience& patience);

  /// False where the server has gone since the last call, so that nothing has been sent to it.
  [[nodiscard]] bool IsAlive() const;
  /// One statement, which is a transaction. Errors: Refused; of effect unknown where one that
  /// `writes` was sent and the connection lost before it was answered.
  [[nodiscard]] PostgresResult Run(const char* sql, const std::vector<PostgresValue>& values,
                                   bool writes);

 private:
  struct Close {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  void RunAll(const std::string& sql);
  void LimitLockWait(std::int64_t ms);
  void UseSchema();
  [[nodiscard]] bool IsSchemaThere();

  KeptServer server_;
  std::unique_ptr<PGconn, Close> connection_;
};

}  // namespace holdfast::conformance
