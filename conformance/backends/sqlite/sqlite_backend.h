// A keyed store on SQLite, in C++.
#pragma once

#include <memory>

#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

struct SqliteOptions {
  /// False: synchronous=NORMAL, which a loss of power may roll back.
  bool full_sync = true;
  /// Consume is SELECT and then DELETE, with nothing around them. It claims what the others claim.
  bool naive = false;
};

/// One database a namespace, `<dir>/<namespace>.sqlite3`, with a write-ahead log.
[[nodiscard]] std::unique_ptr<Backend> MakeSqliteBackend(SqliteOptions options = {});

}  // namespace holdfast::conformance
