// A keyed store on Redis.
#pragma once

#include <memory>

#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

struct RedisOptions {
  /// False: appendfsync everysec, where what was answered may be lost.
  bool sync_always = true;
  /// Consume is a look, and then a deletion in a call of its own. It claims what the others claim.
  bool naive = false;
};

/// One server a state directory, with an append-only file in `<dir>/redis`, on a unix socket. It is
/// started by the first store that is opened there and ends with the last, of all processes.
[[nodiscard]] std::unique_ptr<Backend> MakeRedisBackend(RedisOptions options = {});

}  // namespace holdfast::conformance
