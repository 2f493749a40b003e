#include "conformance/actor/driver_client.h"

#include <utility>

#include "conformance/actor/conversation.h"
#include "holdfast/spec/wire.h"

namespace holdfast::conformance {

std::string_view DriverFaultName(DriverFault::Kind kind) {
  switch (kind) {
    case DriverFault::Kind::kNoProgram:
      return "no-program";
    case DriverFault::Kind::kExited:
      return "exited";
    case DriverFault::Kind::kTimeout:
      return "timeout";
    case DriverFault::Kind::kBadLine:
      return "bad-line";
    case DriverFault::Kind::kBadReply:
      return "bad-reply";
    case DriverFault::Kind::kOversizeLine:
      return "oversize-line";
    case DriverFault::Kind::kNoise:
      return "noise";
    case DriverFault::Kind::kWriteFailed:
      return "write-failed";
  }
  return "";
}

class DriverClient::Impl : public Conversation {
 public:
  using Conversation::Conversation;
};

DriverClient::DriverClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DriverClient::DriverClient(DriverClient&&) noexcept = default;
DriverClient& DriverClient::operator=(DriverClient&&) noexcept = default;
DriverClient::~DriverClient() = default;

Expected<DriverClient, DriverFault> DriverClient::Start(const DriverSource& source,
                                                        const DriverTimeouts& timeouts) {
  auto child = ChildProcess::Start(source, std::chrono::steady_clock::now() + timeouts.hello);
  if (!child) return Unexpected(DriverFault{DriverFault::Kind::kNoProgram, child.error(), "", ""});
  return Greet(std::move(*child), timeouts);
}

Expected<DriverClient, DriverFault> DriverClient::Greet(ChildProcess driver,
                                                        const DriverTimeouts& timeouts) {
  DriverClient client(std::make_unique<Impl>(std::move(driver), timeouts));
  auto greeted = client.impl_->Hello();
  if (!greeted) return Unexpected(std::move(greeted.error()));
  return client;
}

const BackendDescription& DriverClient::description() const { return impl_->description(); }

pid_t DriverClient::pid() const { return impl_->channel().child().pid(); }

Expected<Expected<void, StoreError>, DriverFault> DriverClient::Open(const OpenOptions& options,
                                                                     const std::string& store) {
  Json args = {{"dir", options.dir},
               {"namespace", options.namespace_name},
               {"max_entries", options.max_entries}};
  if (options.default_ttl_ms) args["default_ttl_ms"] = *options.default_ttl_ms;
  if (options.lock_timeout_ms) args["lock_timeout_ms"] = *options.lock_timeout_ms;
  if (store != "main") args["store"] = store;
  return impl_
      ->Ask({Expectation::What::kEmpty, {}, "open"}, {}, std::move(args), impl_->timeouts().reply)
      .map([](const Result& result) { return result.map([](const Answer&) {}); });
}

Expected<Expected<void, StoreError>, DriverFault> DriverClient::Close(const std::string& store) {
  Json args = Json::object();
  if (store != "main") args["store"] = store;
  return impl_
      ->Ask({Expectation::What::kEmpty, {}, "close"}, {}, std::move(args), impl_->timeouts().reply)
      .map([](const Result& result) { return result.map([](const Answer&) {}); });
}

Expected<std::int64_t, DriverFault> DriverClient::Send(const Operation& operation,
                                                       const StoreCall& call) {
  Json args = ArgsToJson(operation);
  if (call.store != "main") args["store"] = call.store;
  return impl_->Send({Expectation::What::kAnswer, operation.kind, OpName(operation.kind)}, call.now,
                     std::move(args));
}

Expected<Result, DriverFault> DriverClient::Await(std::int64_t request) {
  return impl_->Await(request, impl_->timeouts().reply);
}

Expected<std::optional<Result>, DriverFault> DriverClient::AwaitIfThere(std::int64_t request) {
  return impl_->AwaitIfThere(request);
}

int DriverClient::output_fd() const { return impl_->channel().child().stdout_fd(); }

int DriverClient::error_fd() const { return impl_->channel().child().host().stderr_fd(); }

Expected<Result, DriverFault> DriverClient::Call(const Operation& operation,
                                                 const StoreCall& call) {
  const auto request = Send(operation, call);
  if (!request) return Unexpected(request.error());
  return Await(*request);
}

std::vector<QuarantineEvent> DriverClient::TakeEvents() { return impl_->TakeEvents(); }

Expected<void, DriverFault> DriverClient::Stop() { return impl_->Stop(); }

void DriverClient::Kill() { impl_->Kill(); }

std::string DriverClient::StderrTail() { return impl_->channel().StderrTail(); }

}  // namespace holdfast::conformance
