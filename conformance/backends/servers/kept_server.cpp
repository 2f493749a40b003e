#include "conformance/backends/servers/kept_server.h"

#include <poll.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "conformance/backends/keyed/refused.h"
#include "conformance/backends/servers/ancestry.h"
#include "conformance/backends/servers/keeper_address.h"
#include "conformance/backends/servers/spawn.h"

namespace holdfast::conformance {
namespace {

// How the keeper's first process ended.
int StartKeeper(const ServerPlan& plan) {
  std::vector<std::string> words = {HOLDFAST_KEEPER,
                                    plan.data_dir,
                                    plan.user,
                                    std::to_string(plan.end_signal),
                                    std::to_string(plan.linger_ms),
                                    plan.socket};
  words.insert(words.end(), plan.command.begin(), plan.command.end());
  return RunToItsEnd(std::move(words));
}

// The keeper's first line: its number, and the folder. Nothing where it ends instead, or says
// nothing in time.
std::optional<std::string> ReadWelcome(int fd, const Patience& patience) {
  std::string line;
  while (true) {
    pollfd wanted{fd, POLLIN, 0};
    if (poll(&wanted, 1, patience.RemainingMs()) <= 0) return std::nullopt;
    std::array<char, 256> bytes;
    const ssize_t got = recv(fd, bytes.data(), bytes.size(), 0);
    if (got <= 0) return std::nullopt;
    line.append(bytes.data(), static_cast<std::size_t>(got));
    if (line.back() == '\n') return line.substr(0, line.size() - 1);
  }
}

}  // namespace

KeptServer::KeptServer(const ServerPlan& plan, const Patience& patience) {
  struct stat directory {};
  if (stat(plan.data_dir.c_str(), &directory) != 0)
    Refuse(ErrorCode::kIo, plan.data_dir + ": " + std::strerror(errno));
  const KeeperAddress address(directory);
  int keepers = 0;
  const bool is_up = patience.Until([&] {
    OwnFd share(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (connect(share.get(), address.get(), address.bytes) != 0) {
      if (errno != ECONNREFUSED) Refuse(ErrorCode::kIo, std::string("keeper: ") + strerror(errno));
      const int ended = StartKeeper(plan);
      if (ended != kKeeperListens && ended != kKeeperIsThere)
        Refuse(ErrorCode::kIo, "no keeper could be started");
      if (ended == kKeeperListens) ++keepers;
      // The first one had a server that ended before it was up.
      if (keepers > 1) Refuse(ErrorCode::kIo, plan.command[0] + " does not start");
      return false;
    }
    // Another user's may be about to end, with the last driver that ran as that user.
    if (!IsPeerOneOfUs(share.get(), geteuid())) return false;
    const auto welcome = ReadWelcome(share.get(), patience);
    if (!welcome) return false;
    const std::size_t keeper_end = welcome->find(' ');
    keeper_ = std::atoi(welcome->c_str());
    folder_ = welcome->substr(keeper_end + 1);
    share_ = std::move(share);
    return true;
  });
  if (!is_up) Refuse(ErrorCode::kIo, plan.command[0] + " was not up in time");
}

bool KeptServer::EndsWithOurs() const { return StandsAboveUs(ParentOf(keeper_)); }

}  // namespace holdfast::conformance
