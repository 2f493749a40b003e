#include "conformance/backends/redis/connection.h"

#include <fcntl.h>
#include <poll.h>

#include <string_view>

#include "conformance/backends/keyed/refused.h"
#include "conformance/driver/sigpipe_block.h"

namespace holdfast::conformance {
namespace {

// A server that is alive answers; this only ends the waiting for one that is stopped.
constexpr std::int64_t kAnswerMs = 8000;

// Not 0, which would be no limit.
timeval LimitOf(std::int64_t ms) { return {ms / 1000, (ms % 1000) * 1000 + 1}; }

bool IsError(const RedisReply& reply, std::string_view code) {
  return reply->type == REDIS_REPLY_ERROR &&
         std::string_view(reply->str, reply->len).starts_with(code);
}

}  // namespace

RedisConnection::RedisConnection(const ServerPlan& plan, const Patience& patience)
    : server_(plan, patience) {
  const std::string path = server_.folder() + "/" + plan.socket;
  const auto start = LimitOf(patience.RemainingMs());
  context_.reset(redisConnectUnixWithTimeout(path.c_str(), start));
  if (!context_ || context_->err != 0)
    Refuse(ErrorCode::kIo, context_ ? context_->errstr : "no memory for a connection");
  fcntl(context_->fd, F_SETFD, FD_CLOEXEC);
  redisSetTimeout(context_.get(), start);
  AwaitLoaded(patience);
  redisSetTimeout(context_.get(), LimitOf(kAnswerMs));
}

void RedisConnection::AwaitLoaded(const Patience& patience) {
  const bool is_loaded = patience.Until([&] {
    const RedisReply reply = Call({"PING"}, Access::kRead);
    if (reply->type != REDIS_REPLY_ERROR) return true;
    if (!IsError(reply, "LOADING")) Refuse(ErrorCode::kIo, reply->str);
    return false;
  });
  if (!is_loaded) Refuse(ErrorCode::kIo, "the server has not loaded its data in time");
}

bool RedisConnection::IsAlive() const {
  // Nothing is under way, so what there is to read is its end.
  pollfd wanted{context_->fd, POLLIN | POLLRDHUP, 0};
  return context_->err == 0 && poll(&wanted, 1, 0) == 0;
}

RedisReply RedisConnection::Call(const std::vector<std::string>& words, Access access) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string& word : words) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  SigpipeBlock block;
  block.NoteRaised();
  RedisReply reply(static_cast<redisReply*>(redisCommandArgv(
      context_.get(), static_cast<int>(words.size()), texts.data(), sizes.data())));
  if (!reply) {
    Refuse(ErrorCode::kIo, std::string("the server: ") + context_->errstr,
           access == Access::kWrite ? Effect::kUnknown : Effect::kNone);
  }
  return reply;
}

const std::string& RedisConnection::HashOf(const char* script) {
  std::string& hash = hashes_[script];
  if (hash.empty()) {
    const RedisReply reply = Call({"SCRIPT", "LOAD", script}, Access::kRead);
    if (reply->type != REDIS_REPLY_STRING && reply->type != REDIS_REPLY_STATUS)
      Refuse(ErrorCode::kIo, reply->str == nullptr ? "a script was not taken" : reply->str);
    hash.assign(reply->str, reply->len);
  }
  return hash;
}

RedisReply RedisConnection::Run(const char* script, const std::vector<std::string>& keys,
                                const std::vector<std::string>& arguments, Access access) {
  std::vector<std::string> words = {"EVALSHA", HashOf(script), std::to_string(keys.size())};
  words.insert(words.end(), keys.begin(), keys.end());
  words.insert(words.end(), arguments.begin(), arguments.end());
  RedisReply reply = Call(words, access);
  // Scripts may be flushed by anybody; then none of it has run.
  if (IsError(reply, "NOSCRIPT")) {
    words[0] = "EVAL";
    words[1] = script;
    reply = Call(words, access);
  }
  // Redis refuses a script before it runs; what fails in the middle of one has been written.
  if (reply->type == REDIS_REPLY_ERROR) {
    const bool is_refused = IsError(reply, "MISCONF") || IsError(reply, "OOM") ||
                            IsError(reply, "BUSY") || IsError(reply, "LOADING");
    const bool is_open = access == Access::kWrite && !is_refused;
    Refuse(ErrorCode::kIo, std::string(reply->str, reply->len),
           is_open ? Effect::kUnknown : Effect::kNone);
  }
  return reply;
}

}  // namespace holdfast::conformance
