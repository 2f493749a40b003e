#include "conformance/backends/redis/redis_backend.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "conformance/backends/keyed/checks.h"
#include "conformance/backends/keyed/keyed_store.h"
#include "conformance/backends/keyed/refused.h"
#include "conformance/backends/redis/connection.h"
#include "conformance/backends/redis/scripts.h"

namespace holdfast::conformance {
namespace {

constexpr char kVersion[] = "1";
constexpr char kSocket[] = "redis";
constexpr std::int64_t kAgainMs = 1000;

ServerPlan PlanFor(const std::string& data_dir, const RedisOptions& options) {
  ServerPlan plan;
  plan.data_dir = data_dir;
  plan.socket = kSocket;
  plan.command = {"redis-server", "--port", "0", "--unixsocket", "{folder}/" + plan.socket,
                  "--unixsocketperm", "700", "--dir", data_dir, "--appendonly", "yes",
                  "--appendfsync", options.sync_always ? "always" : "everysec", "--save", "",
                  "--loglevel", "warning",
                  // So often it looks whether it is to end; the default is 10 times a second.
                  "--hz", "200"};
  return plan;
}

std::string TextOf(const redisReply& reply) { return {reply.str, reply.len}; }

std::string TextOf(std::optional<std::int64_t> number) {
  return number ? std::to_string(*number) : std::string();
}

class RedisStore : public KeyedStore {
 public:
  RedisStore(const OpenOptions& options, const RedisOptions& how)
      : KeyedStore(options), how_(how), data_dir_(dir() + "/redis") {
    for (const char* part : {":records", ":by-age", ":by-expiry"}) {
      keys_.push_back(namespace_name() + part);
    }
    if (mkdir(data_dir_.c_str(), 0700) != 0 && errno != EEXIST)
      Refuse(ErrorCode::kIo, data_dir_ + ": " + std::strerror(errno));
    Opening([this] { Connected(); });
  }
  ~RedisStore() override { Retire(); }

 private:
  bool PutEntry(const PutCall& put, VirtualNow now) override {
    const RedisReply reply = Run(redis::kPut,
                                 {put.id, put.record, TextOf(put.ttl_ms), TextOf(now),
                                  std::to_string(max_entries()), put.only_if_absent ? "1" : "0"},
                                 Access::kWrite);
    if (reply->integer < 0) RefuseArgument("ttl_ms", "expires beyond the safe integers");
    return reply->integer == 1;
  }

  std::optional<std::string> Peek(const std::string& id, VirtualNow now) override {
    return RecordOf(Run(redis::kPeek, {id, TextOf(now)}, Access::kRead));
  }

  std::optional<std::string> Take(const std::string& id, VirtualNow now) override {
    if (!how_.naive) return RecordOf(Run(redis::kTake, {id, TextOf(now)}, Access::kWrite));
    // As it is often written: of two consumers both may see the record before either deletes it.
    auto record = Peek(id, now);
    if (record) (void)Run(redis::kDrop, {id}, Access::kWrite);
    return record;
  }

  std::vector<KeptEntry> List(VirtualNow now) override {
    const RedisReply reply = Run(redis::kList, {TextOf(now)}, Access::kRead);
    std::vector<KeptEntry> list;
    for (std::size_t at = 0; at + 3 < reply->elements; at += 4) {
      redisReply** field = reply->element + at;
      KeptEntry& entry = list.emplace_back();
      entry.id = TextOf(*field[0]);
      entry.record = TextOf(*field[1]);
      entry.created_at = std::stoll(TextOf(*field[2]));
      if (field[3]->len > 0) entry.expires_at = std::stoll(TextOf(*field[3]));
    }
    return list;
  }

  void Empty() override { (void)Run(redis::kEmpty, {}, Access::kWrite); }

  void LetGo() override { connection_.reset(); }

  static std::optional<std::string> RecordOf(const RedisReply& reply) {
    if (reply->type != REDIS_REPLY_STRING) return std::nullopt;
    return TextOf(*reply);
  }

  RedisConnection& Connected() {
    if (connection_ && !connection_->IsAlive()) LetGo();
    if (!connection_) {
      connection_ = ConnectedToServer(kAgainMs, [this](const Patience& patience) {
        return std::make_unique<RedisConnection>(PlanFor(data_dir_, how_), patience);
      });
    }
    return *connection_;
  }

  RedisReply Run(const char* script, const std::vector<std::string>& arguments, Access access) {
    try {
      return Connected().Run(script, keys_, arguments, access);
    } catch (const Refused&) {
      LetGo();
      throw;
    }
  }

  RedisOptions how_;
  std::string data_dir_;
  std::vector<std::string> keys_;
  std::unique_ptr<RedisConnection> connection_;
};

class RedisBackend : public Backend {
 public:
  explicit RedisBackend(const RedisOptions& options) : options_(options) {}

  BackendDescription Describe() const override {
    std::string name = options_.sync_always ? "holdfast-redis" : "holdfast-redis-everysec";
    if (options_.naive) name += "-naive";
    Capabilities claims = KeyedClaims();
    claims.persistence = options_.sync_always ? Persistence::kPower : Persistence::kNone;
    return {{name, kVersion}, {"redis", "7"}, claims};
  }

  Expected<std::unique_ptr<OpenStore>, StoreError> Open(const OpenOptions& options,
                                                        QuarantineListener) override {
    return OpenKeyed([&] { return std::make_unique<RedisStore>(options, options_); });
  }

 private:
  RedisOptions options_;
};

}  // namespace

std::unique_ptr<Backend> MakeRedisBackend(RedisOptions options) {
  return std::make_unique<RedisBackend>(options);
}

}  // namespace holdfast::conformance
