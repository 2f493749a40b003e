// A driver process that outlives the programs run on it.
#pragma once

#include <optional>

#include "conformance/actor/driver_client.h"

namespace holdfast::conformance {

/// Starts a driver when one is needed and keeps it from program to program. Threads: not shared.
class Session {
 public:
  /// Where `description` is given, a driver that describes itself otherwise is at fault.
  explicit Session(DriverSource source, DriverTimeouts timeouts = {},
                   std::optional<BackendDescription> description = std::nullopt)
      : source_(std::move(source)), timeouts_(timeouts), description_(std::move(description)) {}

  /// The running driver, started now if there is none.
  [[nodiscard]] Expected<DriverClient*, DriverFault> Running() {
    if (!client_) {
      auto started = DriverClient::Start(source_, timeouts_);
      if (!started) return Unexpected(std::move(started.error()));
      if (description_ && !(started->description() == *description_)) {
        return Unexpected(DriverFault{
            DriverFault::Kind::kBadReply,
            "the driver says something else in its hello than an earlier process of it did", "",
            ""});
      }
      description_ = started->description();
      client_.emplace(std::move(*started));
      ++processes_started_;
    }
    return &*client_;
  }

  /// Asks the driver, if there is one, to stop. A fault where it does not end as the protocol says.
  [[nodiscard]] Expected<void, DriverFault> Stop() {
    if (!client_) return {};
    auto stopped = client_->Stop();
    client_.reset();
    return stopped;
  }

  /// Ends the driver, if there is one, with SIGKILL.
  void Kill() {
    if (client_) client_->Kill();
    client_.reset();
  }

  /// How many processes this session has started: the number of the running one, counted from 1.
  [[nodiscard]] int processes_started() const { return processes_started_; }

 private:
  DriverSource source_;
  DriverTimeouts timeouts_;
  std::optional<BackendDescription> description_;  // as given, or as the first process said
  std::optional<DriverClient> client_;
  int processes_started_ = 0;
};

}  // namespace holdfast::conformance
