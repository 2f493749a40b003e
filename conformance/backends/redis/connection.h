// A connection to the Redis server of a state directory, and the calls over it.
#pragma once

#include <hiredis/hiredis.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "conformance/backends/servers/kept_server.h"

namespace holdfast::conformance {

struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using RedisReply = std::unique_ptr<redisReply, FreeReply>;

/// Whether a call that may or may not have reached the server is harmless to repeat.
enum class Access { kRead, kWrite };

/// Threads: one at a time. Not to be used on both sides of a fork.
class RedisConnection {
 public:
  /// Starts the server where it does not run. Errors: Refused with `io`.
  RedisConnection(const ServerPlan& plan, const Patience& patience);

  /// False where the server has gone since the last call, so that nothing has been sent to it.
  [[nodiscard]] bool IsAlive() const;

  /// Runs a script. Errors: Refused with `io`, of effect unknown where a writing call was sent and
  /// not answered; the connection is of no use then.
  [[nodiscard]] RedisReply Run(const char* script, const std::vector<std::string>& keys,
                               const std::vector<std::string>& arguments, Access access);

 private:
  struct Close {
    void operator()(redisContext* context) const { redisFree(context); }
  };
  [[nodiscard]] RedisReply Call(const std::vector<std::string>& words, Access access);
  [[nodiscard]] const std::string& HashOf(const char* script);
  void AwaitLoaded(const Patience& patience);

  KeptServer server_;
  std::unique_ptr<redisContext, Close> context_;
  std::map<const char*, std::string> hashes_;  // by the scripts' addresses
};

}  // namespace holdfast::conformance
