#include "conformance/actor/conversation.h"

#include <stdexcept>
#include <utility>

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

std::string Quoted(std::string_view name, std::int64_t request) {
  return std::string(name) + " (request " + std::to_string(request) + ")";
}

Kind KindOf(LineFault::Kind kind) {
  return kind == LineFault::Kind::kReply ? Kind::kBadReply : Kind::kBadLine;
}

}  // namespace

Expected<void, DriverFault> Conversation::Hello() {
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

Expected<std::int64_t, DriverFault> Conversation::Send(const Expectation& expectation,
                                                       const VirtualNow& now, Json args) {
  if (!fault_) TakeWhatCame();
  if (fault_) return Unexpected(*fault_);
  const std::int64_t id = next_id_++;
  Json request = {{"id", id}, {"op", expectation.name}, {"args", std::move(args)}};
  if (now) request["now"] = *now;
  const std::string line = DumpIllFormed(request) + "\n";
  if (line.size() > kMaxLineBytes) throw std::length_error("a request over 16 MiB");
  open_.emplace(id, expectation).first->second.line = line.substr(0, LineChannel::kKeptBytes);
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

Expected<Result, DriverFault> Conversation::Await(std::int64_t request, milliseconds timeout) {
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

Expected<std::optional<Result>, DriverFault> Conversation::AwaitIfThere(std::int64_t request) {
  if (answered_.find(request) == answered_.end() && !fault_) TakeWhatCame();
  if (const auto found = answered_.find(request); found != answered_.end()) {
    Result result = std::move(found->second);
    answered_.erase(found);
    return result;
  }
  if (fault_) return Unexpected(*fault_);
  return std::nullopt;
}

Expected<Result, DriverFault> Conversation::Ask(const Expectation& expectation,
                                                const VirtualNow& now, Json args,
                                                milliseconds timeout) {
  const auto request = Send(expectation, now, std::move(args));
  if (!request) return Unexpected(request.error());
  return Await(*request, timeout);
}

void Conversation::TakeLine(const std::string& line) {
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

void Conversation::TakeReply(WireReply reply, const std::string& line) {
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
  if (reply.outcome) {
    wrong = ReadOk(expected, *reply.outcome, result);
  } else {
    result = Unexpected(std::move(reply.outcome.error()));
  }
  if (!wrong.empty()) {
    return Fail(Kind::kBadReply, "the reply to " + Quoted(expected.name, reply.re) + ": " + wrong,
                line);
  }
  if (expected.what == Expectation::What::kHello) greeted_ = true;
  open_.erase(found);
  answered_.emplace(reply.re, std::move(result));
}

std::string Conversation::ReadOk(const Expectation& expected, const Json& ok, Result& into) {
  switch (expected.what) {
    case Expectation::What::kEmpty:
      return "";
    case Expectation::What::kHello: {
      auto description = ReadHello(ok);
      if (!description) return description.error();
      description_ = std::move(*description);
      return "";
    }
    case Expectation::What::kAnswer: {
      auto answer = AnswerFromJson(expected.op, ok);
      if (!answer) return answer.error();
      into = std::move(*answer);
      return "";
    }
  }
  return "";
}

void Conversation::TakeWhatCame() {
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

Expected<void, DriverFault> Conversation::Stop() {
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

void Conversation::AwaitEnd(SteadyTime deadline) {
  channel_.child().CloseStdin();
  const bool of_group = channel_.child().is_of_group();  // the end of its output is its end then
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
        if (!of_group && !channel_.AwaitExit(deadline)) {
          return Fail(Kind::kTimeout, "the driver closed its output, but did not end after stop");
        }
        if (!channel_.Unfinished().empty()) {
          return Fail(Kind::kBadLine, "the driver's output ended in the middle of a line",
                      channel_.Unfinished());
        }
        if (!of_group && !channel_.child().ExitedCleanly()) {
          Fail(Kind::kExited, "after stop the driver " + channel_.child().EndInWords());
        }
        return;
    }
  }
}

void Conversation::Kill() {
  channel_.Kill();
  std::string line;
  while (!fault_ && channel_.NextIfThere(line) == LineChannel::Got::kLine) TakeLine(line);
  if (!fault_) {
    fault_ =
        DriverFault{Kind::kExited, "the driver was killed by the suite", "", channel_.StderrTail()};
  }
}

void Conversation::Fail(Kind kind, const std::string& message, std::string bytes) {
  if (fault_) return;
  channel_.Kill();
  bytes.resize(std::min(bytes.size(), LineChannel::kKeptBytes));
  fault_ = DriverFault{kind, message, std::move(bytes), channel_.StderrTail(),
                       open_.empty() ? "" : open_.begin()->second.line};
}

void Conversation::FailEnded(const std::string& instead_of) {
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

}  // namespace holdfast::conformance
