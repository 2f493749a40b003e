#include "conformance/files/cast.h"

#include <sys/stat.h>
#include <unistd.h>

#include "conformance/files/rights.h"
#include "conformance/files/trial.h"

namespace holdfast::conformance {

Cast::Cast(const Players& players) : patience_(players.timeouts.reply) {
  for (std::size_t seat = 0; seat <= kMostOpeners; ++seat) {
    sessions_.emplace_back(players.source, players.timeouts, players.description);
  }
  if (players.peer) peer_.emplace(*players.peer, players.timeouts);
}

Session& Cast::session(std::size_t client, bool open_umask) {
  if (client == kPeerSeat && peer_) return *peer_;
  return sessions_.at(client + (open_umask ? 0 : 1));
}

Expected<DriverClient*, DriverFault> Cast::Running(std::size_t client, bool open_umask) {
  const bool is_open = (client % 2 == 0) == open_umask;
  Session& one = session(client, open_umask);
  const mode_t before = ::umask(is_open ? 0 : S_IRWXG | S_IRWXO);
  std::optional<Expected<DriverClient*, DriverFault>> running;
  if (!needs_all_rights_) {
    const OrdinaryRights ordinary;
    running = one.Running();
  }
  if (!running || (!*running && ::geteuid() == 0 && one.processes_started() == 0)) {
    running = one.Running();
    if (*running) needs_all_rights_ = true;
  }
  ::umask(before);
  return std::move(*running);
}

void Cast::KillAll() {
  for (Session& session : sessions_) session.Kill();
  if (peer_) peer_->Kill();
}

}  // namespace holdfast::conformance
