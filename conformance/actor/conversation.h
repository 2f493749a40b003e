// The exchange with one driver: which requests are open, what was answered, and what ended it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/actor/driver_client.h"
#include "conformance/actor/line_channel.h"
#include "conformance/actor/wire_line.h"

namespace holdfast::conformance {

/// What the `ok` of a request's reply has to be.
struct Expectation {
  enum class What { kHello, kEmpty, kAnswer } what = What::kEmpty;
  OpKind op = OpKind::kEntries;  ///< For kAnswer.
  std::string_view name;         ///< The operation's name on the wire.
  std::string line = "";         ///< The request as it was sent, or its beginning.
};

/// What a DriverClient does, request by request; the fault that ended it is answered ever after.
/// Threads: not shared.
class Conversation {
 public:
  Conversation(ChildProcess child, const DriverTimeouts& timeouts)
      : timeouts_(timeouts), channel_(std::move(child)) {}

  /// Exchanges hello (PRO-4).
  [[nodiscard]] Expected<void, DriverFault> Hello();
  /// Sends a request and answers its id. Errors: throws std::length_error over 16 MiB.
  [[nodiscard]] Expected<std::int64_t, DriverFault> Send(const Expectation& expectation,
                                                         const VirtualNow& now, Json args);
  /// Collects the reply to a request, once.
  [[nodiscard]] Expected<Result, DriverFault> Await(std::int64_t request,
                                                    std::chrono::milliseconds timeout);
  /// The reply to a request, collected once, where it has come; nothing where it has not. Never
  /// waits.
  [[nodiscard]] Expected<std::optional<Result>, DriverFault> AwaitIfThere(std::int64_t request);
  /// Send and Await.
  [[nodiscard]] Expected<Result, DriverFault> Ask(const Expectation& expectation,
                                                  const VirtualNow& now, Json args,
                                                  std::chrono::milliseconds timeout);
  /// Exchanges stop and sees the driver end (PRO-17).
  [[nodiscard]] Expected<void, DriverFault> Stop();
  /// Kills the driver, then takes in the replies it had already written.
  void Kill();

  [[nodiscard]] const DriverTimeouts& timeouts() const { return timeouts_; }
  [[nodiscard]] const BackendDescription& description() const { return description_; }
  [[nodiscard]] LineChannel& channel() { return channel_; }
  [[nodiscard]] std::vector<QuarantineEvent> TakeEvents() { return std::exchange(events_, {}); }

 private:
  // Each of these makes the client dead.
  void Fail(DriverFault::Kind kind, const std::string& message, std::string bytes = {});
  void FailEnded(const std::string& instead_of);

  // Takes in one line. What is wrong with it makes the client dead.
  void TakeLine(const std::string& line);
  void TakeReply(WireReply reply, const std::string& line);
  // Reads the `ok` of a reply, and answers what is wrong with it or nothing.
  std::string ReadOk(const Expectation& expected, const Json& ok, Result& into);
  // Takes in what the driver has written unasked.
  void TakeWhatCame();
  void AwaitEnd(SteadyTime deadline);

  DriverTimeouts timeouts_;
  BackendDescription description_;
  std::vector<QuarantineEvent> events_;
  LineChannel channel_;
  std::int64_t next_id_ = 0;
  int banner_lines_ = 0;
  bool greeted_ = false;  // the hello reply has come
  std::map<std::int64_t, Expectation> open_;
  std::map<std::int64_t, Result> answered_;
  std::optional<DriverFault> fault_;
};

}  // namespace holdfast::conformance
