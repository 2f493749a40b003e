// A store's share of the server of a data directory: started where nobody has it, and ended when
// the last share is gone (keeper.cpp).
#pragma once

#include <csignal>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "conformance/backends/keyed/patience.h"
#include "conformance/backends/keyed/refused.h"
#include "conformance/backends/servers/own_fd.h"

namespace holdfast::conformance {

/// How a server is started, where it has to be.
struct ServerPlan {
  std::string data_dir;              ///< Exists.
  std::string user = "-";            ///< Whom it runs as; - for the caller.
  int end_signal = SIGTERM;          ///< What ends it in good order.
  int linger_ms = 0;                 ///< So long it stays for somebody else to come.
  std::string socket;                ///< The name below {folder} that it listens on.
  std::vector<std::string> command;  ///< With {folder} for the folder of its sockets.
};

class KeptServer {
 public:
  /// Returns when the server can be connected to. Errors: Refused with `io`, where it does not
  /// start in time.
  KeptServer(const ServerPlan& plan, const Patience& patience);

  /// The folder of its sockets.
  [[nodiscard]] const std::string& folder() const { return folder_; }

  /// False where the server may be ended under its users by somebody who has nothing to do with
  /// this process. A suite ends what its drivers left behind, their keepers too; those have it for
  /// a parent, and a driver of its own has it above itself.
  [[nodiscard]] bool EndsWithOurs() const;

 private:
  pid_t keeper_ = 0;
  std::string folder_;
  OwnFd share_;
};

/// What `connect` makes, which takes the patience of a start. A server may be about to end, and
/// its keeper not know it yet; nothing has been asked of it, so for `again_ms` another one is
/// tried. Errors: the last Refused that `connect` threw.
template <typename Connect>
[[nodiscard]] auto ConnectedToServer(std::int64_t again_ms, Connect&& connect) {
  constexpr std::int64_t kStartMs = 8000;
  const Patience start(kStartMs);
  decltype(connect(start)) connection;
  Refused last;
  const bool is_made = Patience(again_ms).Until([&] {
    try {
      connection = connect(start);
      return true;
    } catch (Refused& refused) {
      last = std::move(refused);
      return false;
    }
  });
  if (!is_made) throw last;
  return connection;
}

}  // namespace holdfast::conformance
