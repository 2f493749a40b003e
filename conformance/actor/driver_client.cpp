#include "conformance/actor/driver_client.h"

#include <map>
#include <stdexcept>
#include <utility>

#include "conformance/actor/line_channel.h"
#include "conformance/actor/wire_line.h"
#include "conformance/driver/line_reader.h"
#include "holdfast/spec/ill_formed_json.h"
#include "holdfast/spec/wire.h"

namespace holdfast::conformance {
namespace {

using Kind = DriverFault::Kind;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kMaxBannerLines = 64;
constexpr std::size_t kMaxEventsKept = 10'000;
// How long a driver that closed a pipe is given to end by itself, so that its status can be told.
constexpr milliseconds kEndGrace{1'000};

// What a request's `ok` has to be.
struct Expectation {
  enum class What { kHello, kEmpty, kAnswer } what = What::kEmpty;
  OpKind op = OpKind::kEntries;  // for kAnswer
  std::string_view name;         // on the wire
};

std::string Quoted(std::string_view name, std::int64_t request) {
  return std::string(name) + " (request " + std::to_string(request) + ")";
}

Kind KindOf(LineFault::Kind kind) {
  return kind == LineFault::Kind::kReply ? Kind::kBadReply : Kind::kBadLine;
}

}  // namespace

std::string_view DriverFaultName(Kind kind) {
  switch (kind) {
    case Kind::kNoProgram:
      return "no-program";
    case Kind::kExited:
      return "exited";
    case Kind::kTimeout:
      return "timeout";
    case Kind::kBadLine:
      return "bad-line";
    case Kind::kBadReply:
      return "bad-reply";
    case Kind::kOversizeLine:
      return "oversize-line";
    case Kind::kNoise:
      return "noise";
    case Kind::kWriteFailed:
      return "write-failed";
  }
  return "";
}

class DriverClient::Impl {
 public:
  Impl(ChildProcess child, const DriverTimeouts& timeouts)
      : timeouts_(timeouts), channel_(std::move(child)) {}

  Expected<void, DriverFault> Hello();
  Expected<std::int64_t, DriverFault> Send(const Expectation& expectation, const VirtualNow& now,
                                           Json args);
  Expected<Result, DriverFault> Await(std::int64_t request, milliseconds timeout);
  Expected<Result, DriverFault> Ask(const Expectation& expectation, const VirtualNow& now,
                                    Json args, milliseconds timeout);
  Expected<void, DriverFault> Stop();
  void Kill();

  DriverTimeouts timeouts_;
  BackendDescription description_;
  std::vector<QuarantineEvent> events_;
  LineChannel channel_;

 private:
  // Each of these makes the client dead.
  void Fail(Kind kind, const std::string& message, std::string bytes = {});
  void FailEnded(const std::string& instead_of);

  // Takes in one line. What is wrong with it makes the client dead.
  void TakeLine(const std::string& line);
  void TakeReply(WireReply reply, const std::string& line);
  // Takes in what the driver has written unasked.
  void TakeWhatCame();
  void AwaitEnd(SteadyTime deadline);

  std::int64_t next_id_ = 0;
  int banner_lines_ = 0;
  bool greeted_ = false;  // the hello reply has come
  std::map<std::int64_t, Expectation> open_;
  std::map<std::int64_t, Result> answered_;
  std::optional<DriverFault> fault_;
};

Expected<void, DriverFault> DriverClient::Impl::Hello() {
  const Json args = {{"protocol", {{"min", 1}, {"max", 1}}}};
  const auto answer = Ask({Expectation::What::kHello, {}, "hello"}, {}, args, timeouts_.hello);
  if (!answer) return Unexpected(answer.error());
  if (!*answer) {
    Fail(Kind::kBadReply, "the driver refused hello with " +
                              std::string(ErrorCodeName(answer->error().code)) + ": " +
                              answer->error().message);
    return Unexpected(*fault_);
  }
  return {};
}

Expected<std::int64_t, DriverFault> DriverClient::Impl::Send(const Expectation& expectation,
                                                             const VirtualNow& now, Json args) {
  if (!fault_) TakeWhatCame();
  if (fault_) return Unexpected(*fault_);
  const std::int64_t id = next_id_++;
  Json request = {{"id", id}, {"op", expectation.name}, {"args", std::move(args)}};
  if (now) request["now"] = *now;
  const std::string line = DumpIllFormed(request) + "\n";
  if (line.size() > kMaxLineBytes) throw std::length_error("a request over 16 MiB");
  open_.emplace(id, expectation);
  const bool hello = expectation.what == Expectation::What::kHello;
  const auto deadline = steady_clock::now() + (hello ? timeouts_.hello : timeouts_.reply);
  switch (channel_.Write(line, deadline)) {
    case LineChannel::Wrote::kAll:
      return id;
    case LineChannel::Wrote::kTimeout:
      Fail(Kind::kTimeout, "the driver did not read " + Quoted(expectation.name, id) + " in time");
      break;
    case LineChannel::Wrote::kClosed:
      // What it wrote before says more than the broken pipe, and so does how it ended.
      if (channel_.AwaitExit(steady_clock::now() + std::min(timeouts_.reply, kEndGrace))) {
        TakeWhatCame();
      }
      if (!fault_) {
        Fail(Kind::kWriteFailed,
             "the driver closed its input before " + Quoted(expectation.name, id));
      }
      break;
  }
  return Unexpected(*fault_);
}

Expected<Result, DriverFault> DriverClient::Impl::Await(std::int64_t request,
                                                        milliseconds timeout) {
  const auto deadline = steady_clock::now() + timeout;
  for (;;) {
    if (const auto found = answered_.find(request); found != answered_.end()) {
      Result result = std::move(found->second);
      answered_.erase(found);
      return result;
    }
    if (fault_) return Unexpected(*fault_);
    const auto awaited = open_.find(request);
    if (awaited == open_.end()) throw std::logic_error("awaiting a request that is not open");
    std::string line;
    switch (channel_.Next(line, deadline)) {
      case LineChannel::Got::kLine:
        TakeLine(line);
        break;
      case LineChannel::Got::kNothing:
        Fail(Kind::kTimeout,
             "the driver did not answer " + Quoted(awaited->second.name, request) + " within " +
                 std::to_string(timeout.count()) + " ms",
             channel_.Unfinished());
        break;
      case LineChannel::Got::kEnd:
        FailEnded("answering " + Quoted(awaited->second.name, request));
        break;
      case LineChannel::Got::kOversize:
        Fail(Kind::kOversizeLine, "the driver wrote a line of more than 16 MiB", line);
        break;
    }
  }
}

Expected<Result, DriverFault> DriverClient::Impl::Ask(const Expectation& expectation,
                                                      const VirtualNow& now, Json args,
                                                      milliseconds timeout) {
  const auto request = Send(expectation, now, std::move(args));
  if (!request) return Unexpected(request.error());
  return Await(*request, timeout);
}

void DriverClient::Impl::TakeLine(const std::string& line) {
  auto read = ReadWireLine(line);
  if (!read) {
    if (!greeted_ && read.error().kind == LineFault::Kind::kNotJson) {
      if (++banner_lines_ > kMaxBannerLines) {
        Fail(Kind::kNoise, "the driver wrote more than 64 lines before its hello reply", line);
      }
      return;
    }
    return Fail(KindOf(read.error().kind), read.error().message, line);
  }
  if (auto* event = std::get_if<QuarantineEvent>(&*read)) {
    if (events_.size() >= kMaxEventsKept) {
      return Fail(Kind::kNoise, "the driver wrote events without end", line);
    }
    events_.push_back(std::move(*event));
    return;
  }
  TakeReply(std::move(std::get<WireReply>(*read)), line);
}

void DriverClient::Impl::TakeReply(WireReply reply, const std::string& line) {
  const auto found = open_.find(reply.re);
  if (found == open_.end()) {
    const std::string id = std::to_string(reply.re);
    return Fail(Kind::kBadReply,
                reply.re >= 0 && reply.re < next_id_
                    ? "the driver answered request " + id + " a second time"
                    : "the driver answered request " + id + ", which was never sent",
                line);
  }
  const Expectation expected = found->second;
  Result result = Done{};
  std::string wrong;
  if (!reply.outcome) {
    result = Unexpected(reply.outcome.error());
  } else if (expected.what == Expectation::What::kAnswer) {
    auto answer = AnswerFromJson(expected.op, *reply.outcome);
    if (answer) {
      result = std::move(*answer);
    } else {
      wrong = answer.error();
    }
  } else if (expected.what == Expectation::What::kHello) {
    auto description = ReadHello(*reply.outcome);
    if (description) {
      description_ = std::move(*description);
    } else {
      wrong = description.error();
    }
  }
  if (!wrong.empty()) {
    return Fail(Kind::kBadReply, "the reply to " + Quoted(expected.name, reply.re) + ": " + wrong,
                line);
  }
  if (expected.what == Expectation::What::kHello) greeted_ = true;
  open_.erase(found);
  answered_.emplace(reply.re, std::move(result));
}

void DriverClient::Impl::TakeWhatCame() {
  std::string line;
  while (!fault_) {
    switch (channel_.NextIfThere(line)) {
      case LineChannel::Got::kLine:
        TakeLine(line);
        break;
      case LineChannel::Got::kNothing:
        return;
      case LineChannel::Got::kEnd:
        return FailEnded("reading on");
      case LineChannel::Got::kOversize:
        return Fail(Kind::kOversizeLine, "the driver wrote a line of more than 16 MiB", line);
    }
  }
}

Expected<void, DriverFault> DriverClient::Impl::Stop() {
  const auto deadline = steady_clock::now() + timeouts_.stop;
  const auto answer =
      Ask({Expectation::What::kEmpty, {}, "stop"}, {}, Json::object(), timeouts_.stop);
  if (!answer) return Unexpected(answer.error());
  if (!*answer) {
    Fail(Kind::kBadReply, "the driver refused stop: " + answer->error().message);
  } else {
    AwaitEnd(deadline);
  }
  if (!fault_ && !open_.empty()) {
    Fail(Kind::kBadReply, "the driver stopped without answering " +
                              Quoted(open_.begin()->second.name, open_.begin()->first));
  }
  if (fault_) return Unexpected(*fault_);
  fault_ = DriverFault{Kind::kExited, "the driver was stopped", "", channel_.StderrTail()};
  return {};
}

void DriverClient::Impl::AwaitEnd(SteadyTime deadline) {
  channel_.child().CloseStdin();
  std::string line;
  while (!fault_) {
    switch (channel_.Next(line, deadline)) {
      case LineChannel::Got::kLine:
        TakeLine(line);
        break;
      case LineChannel::Got::kOversize:
        return Fail(Kind::kOversizeLine, "the driver wrote a line of more than 16 MiB", line);
      case LineChannel::Got::kNothing:
        return Fail(Kind::kTimeout, "the driver did not end in time after stop",
                    channel_.Unfinished());
      case LineChannel::Got::kEnd:
        if (!channel_.AwaitExit(deadline)) {
          return Fail(Kind::kTimeout, "the driver closed its output, but did not end after stop");
        }
        if (!channel_.Unfinished().empty()) {
          return Fail(Kind::kBadLine, "the driver's output ended in the middle of a line",
                      channel_.Unfinished());
        }
        if (!channel_.child().ExitedCleanly()) {
          Fail(Kind::kExited, "after stop the driver " + channel_.child().EndInWords());
        }
        return;
    }
  }
}

void DriverClient::Impl::Kill() {
  channel_.Kill();
  std::string line;
  while (!fault_ && channel_.NextIfThere(line) == LineChannel::Got::kLine) TakeLine(line);
  if (!fault_) {
    fault_ =
        DriverFault{Kind::kExited, "the driver was killed by the suite", "", channel_.StderrTail()};
  }
}

void DriverClient::Impl::Fail(Kind kind, const std::string& message, std::string bytes) {
  if (fault_) return;
  channel_.Kill();
  bytes.resize(std::min(bytes.size(), LineChannel::kKeptBytes));
  fault_ = DriverFault{kind, message, std::move(bytes), channel_.StderrTail()};
}

void DriverClient::Impl::FailEnded(const std::string& instead_of) {
  const bool ended = channel_.AwaitExit(steady_clock::now() + std::min(timeouts_.reply, kEndGrace));
  const std::string how =
      ended ? channel_.child().EndInWords() : std::string("closed its output, yet did not end,");
  const std::string unfinished = channel_.Unfinished();
  if (!unfinished.empty() && !channel_.child().EndedBySignal()) {
    return Fail(Kind::kBadLine,
                "the driver's output ended in the middle of a line; it " + how + " instead of " +
                    instead_of,
                unfinished);
  }
  Fail(Kind::kExited, "the driver " + how + " instead of " + instead_of, unfinished);
}

DriverClient::DriverClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DriverClient::DriverClient(DriverClient&&) noexcept = default;
DriverClient& DriverClient::operator=(DriverClient&&) noexcept = default;
DriverClient::~DriverClient() = default;

Expected<DriverClient, DriverFault> DriverClient::Start(const DriverSource& source,
                                                        const DriverTimeouts& timeouts) {
  auto child = ChildProcess::Start(source, steady_clock::now() + timeouts.hello);
  if (!child) return Unexpected(DriverFault{Kind::kNoProgram, child.error(), "", ""});
  DriverClient client(std::make_unique<Impl>(std::move(*child), timeouts));
  auto greeted = client.impl_->Hello();
  if (!greeted) return Unexpected(std::move(greeted.error()));
  return client;
}

const BackendDescription& DriverClient::description() const { return impl_->description_; }

pid_t DriverClient::pid() const { return impl_->channel_.child().pid(); }

Expected<Expected<void, StoreError>, DriverFault> DriverClient::Open(const OpenOptions& options,
                                                                     const std::string& store) {
  Json args = {{"dir", options.dir},
               {"namespace", options.namespace_name},
               {"max_entries", options.max_entries}};
  if (options.default_ttl_ms) args["default_ttl_ms"] = *options.default_ttl_ms;
  if (options.lock_timeout_ms) args["lock_timeout_ms"] = *options.lock_timeout_ms;
  if (store != "main") args["store"] = store;
  return impl_
      ->Ask({Expectation::What::kEmpty, {}, "open"}, {}, std::move(args), impl_->timeouts_.reply)
      .map([](const Result& result) { return result.map([](const Answer&) {}); });
}

Expected<Expected<void, StoreError>, DriverFault> DriverClient::Close(const std::string& store) {
  Json args = Json::object();
  if (store != "main") args["store"] = store;
  return impl_
      ->Ask({Expectation::What::kEmpty, {}, "close"}, {}, std::move(args), impl_->timeouts_.reply)
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
  return impl_->Await(request, impl_->timeouts_.reply);
}

Expected<Result, DriverFault> DriverClient::Call(const Operation& operation,
                                                 const StoreCall& call) {
  const auto request = Send(operation, call);
  if (!request) return Unexpected(request.error());
  return Await(*request);
}

std::vector<QuarantineEvent> DriverClient::TakeEvents() {
  return std::exchange(impl_->events_, {});
}

Expected<void, DriverFault> DriverClient::Stop() { return impl_->Stop(); }

void DriverClient::Kill() { impl_->Kill(); }

std::string DriverClient::StderrTail() { return impl_->channel_.StderrTail(); }

}  // namespace holdfast::conformance
