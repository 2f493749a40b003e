// The driver of the store on Redis.
#include <sys/stat.h>

#include <CLI/CLI.hpp>

#include "conformance/backends/redis/redis_backend.h"

int main(int argc, char** argv) {
  holdfast::conformance::RedisOptions options;
  std::string sync = "always";
  CLI::App app("A keyed store on Redis, behind driver protocol 1");
  app.add_option("--appendfsync", sync, "as redis.conf has it")
      ->check(CLI::IsMember({"always", "everysec"}));
  app.add_flag("--naive", options.naive, "consume looks, and deletes in a call of its own");
  CLI11_PARSE(app, argc, argv);
  options.sync_always = sync == "always";
  umask(077);  // what Redis makes is for the user alone
  return holdfast::conformance::RunDriver(*holdfast::conformance::MakeRedisBackend(options));
}
