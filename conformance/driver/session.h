// The driver's side of driver protocol 1: requests in, replies and events out. One request at a
// time, in the order of their arrival.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "holdfast/conformance/backend.h"

namespace holdfast::conformance {

/// What one line of input came to.
struct Served {
  std::string output;    ///< Whole lines: the events, then the reply.
  bool stopped = false;  ///< The request was `stop`.
};

/// The open stores of one driver process. Threads: one.
class DriverSession {
 public:
  explicit DriverSession(Backend& backend);

  /// Answers one line of input (without its LF).
  [[nodiscard]] Served Serve(std::string_view line);
  /// Answers a line that was over the limit.
  [[nodiscard]] static std::string RefuseOversizeLine();

 private:
  using Outcome = Expected<Json, StoreError>;  // the reply's `ok` or its `err`

  [[nodiscard]] Outcome Dispatch(const Json& request, bool& stopped);
  [[nodiscard]] Outcome DispatchGuarded(const Json& request, bool& stopped);
  [[nodiscard]] Outcome Hello(const Json& args);
  [[nodiscard]] Outcome Open(const std::string& name, const Json& args);
  [[nodiscard]] Outcome Operate(const std::string& name, const std::string& op, const Json& args,
                                VirtualNow now);
  [[nodiscard]] QuarantineListener Listener();
  void CloseAll();

  Backend& backend_;
  const Capabilities capabilities_;
  std::string events_;  // event lines of the request under way
  std::map<std::string, std::unique_ptr<OpenStore>> stores_;
};

}  // namespace holdfast::conformance
