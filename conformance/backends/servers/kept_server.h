// A store's share of the server of a data directory: started where nobody has it, and ended when
// the last share is gone (keeper.cpp).
#pragma once

#include <csignal>
#include <string>
#include <vector>

#include "conformance/backends/keyed/patience.h"
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

 private:
  std::string folder_;
  OwnFd share_;
};

}  // namespace holdfast::conformance
