// The driver processes that trials are played with.
#pragma once

#include <deque>
#include <optional>

#include "conformance/campaign/level.h"
#include "conformance/campaign/session.h"

namespace holdfast::conformance {

/// Who plays: the backend, and a second one of its format where one is named.
struct Players {
  DriverSource source;
  DriverTimeouts timeouts;
  std::optional<BackendDescription> description;  ///< What every driver of the backend must say.
  std::optional<DriverSource> peer;
};

/// The clients of trials: driver processes that are kept from one trial to the next, every second
/// one with the umask 077 and the others with 0. Root's are started with ordinary rights, unless
/// the driver does not start with them.
class Cast {
 public:
  explicit Cast(const Players& players);

  /// The client's driver, running. `open_umask` is the first client's. kPeerSeat is the second
  /// backend's, where there is one.
  [[nodiscard]] Expected<DriverClient*, DriverFault> Running(std::size_t client, bool open_umask);
  [[nodiscard]] Session& session(std::size_t client, bool open_umask);
  [[nodiscard]] bool has_peer() const { return peer_.has_value(); }
  [[nodiscard]] std::chrono::milliseconds patience() const { return patience_; }
  void KillAll();

 private:
  std::deque<Session> sessions_;  // of umask 0 at even places
  std::optional<Session> peer_;
  std::chrono::milliseconds patience_;
  bool needs_all_rights_ = false;
};

}  // namespace holdfast::conformance
