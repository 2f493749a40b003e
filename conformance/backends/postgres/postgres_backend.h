// A keyed store on PostgreSQL.
#pragma once

#include <memory>

#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

struct PostgresOptions {
  /// Consume is SELECT and then DELETE, each in a transaction of its own. It claims what the other
  /// claims.
  bool naive = false;
};

/// One cluster a certification, on a unix socket, with PostgreSQL's own defaults: every
/// commit is synced. In the state directory there is but a file that says which rows are its own.
[[nodiscard]] std::unique_ptr<Backend> MakePostgresBackend(PostgresOptions options = {});

}  // namespace holdfast::conformance
