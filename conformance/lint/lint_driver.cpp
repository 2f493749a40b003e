#include "conformance/lint/lint_driver.h"

#include <algorithm>

#include "conformance/actor/line_channel.h"
#include "conformance/actor/wire_line.h"
#include "conformance/lint/lint_requests.h"
#include "holdfast/spec/ill_formed_json.h"
#include "holdfast/spec/schemas.h"

namespace holdfast::conformance {
namespace {

using std::chrono::steady_clock;

constexpr int kMaxBannerLines = 64;
constexpr int kMaxEvents = 1'000;
// Once may be the request's fault; a driver that is silent twice is not asked again.
constexpr int kMaxSilences = 2;
constexpr const char* kAdviseProtocolOnly =
    "Write replies and events to stdout and nothing else: log to stderr.";

// Sends the requests over one driver's life.
class Linter {
 public:
  Linter(LineChannel channel, const DriverTimeouts& timeouts)
      : channel_(std::move(channel)), timeouts_(timeouts) {}

  // Judges one request, unless the driver is gone.
  void Run(const LintRequest& request, LintFinding& finding);
  // Sees the driver end after stop.
  void RunToEnd(LintFinding& finding);
  // Ends a driver that would go on for ever, or that there is no more to ask of.
  void Drop() {
    channel_.Kill();
    gone_ = true;
  }
  // Whether hello was answered as it should be.
  [[nodiscard]] bool IsGreeted() const { return greeted_; }
  [[nodiscard]] std::string StderrTail() { return channel_.StderrTail(); }

 private:
  [[nodiscard]] bool Send(const LintRequest& request, LintFinding& finding);
  // Takes lines until the reply has come. Nothing where it did not come; the finding says why.
  [[nodiscard]] std::optional<Json> AwaitReply(const LintRequest& request, LintFinding& finding,
                                               SteadyTime deadline);
  // Judges an event line or noise. True where the line is none of the reply's business.
  [[nodiscard]] bool PassOver(const std::string& line, LintFinding& finding);
  void JudgeReply(const LintRequest& request, const Json& reply, LintFinding& finding);
  void Fail(LintFinding& finding, const std::string& problem, const std::string& advice = "");
  void FailGone(LintFinding& finding);

  LineChannel channel_;
  DriverTimeouts timeouts_;
  bool greeted_ = false;
  bool gone_ = false;
  bool virtual_clock_ = false;
  int banner_lines_ = 0;
  int noise_lines_ = 0;
  int events_ = 0;
  int silences_ = 0;
};

void Note(LintFinding& finding, const std::string& line) {
  if (!finding.received.empty()) finding.received += '\n';
  finding.received += line;
  finding.received.resize(std::min(finding.received.size(), LineChannel::kKeptBytes));
}

void Linter::Fail(LintFinding& finding, const std::string& problem, const std::string& advice) {
  finding.outcome = LintFinding::Outcome::kFailed;
  if (!finding.problem.empty()) return;  // the first is the cause of the others
  finding.problem = problem;
  if (!advice.empty()) finding.advice = advice;
}

void Linter::FailGone(LintFinding& finding) {
  gone_ = true;
  const bool ended = channel_.AwaitExit(steady_clock::now() + timeouts_.stop);
  Note(finding, channel_.Unfinished());
  Fail(finding, "the driver " + (ended ? channel_.child().EndInWords() : "closed its output") +
                    " instead of answering");
}

bool Linter::Send(const LintRequest& request, LintFinding& finding) {
  std::string line = request.line;
  if (const std::size_t at = line.find("@now"); at != std::string::npos)
    line.replace(at, 4, virtual_clock_ ? R"("now":1000,)" : "");
  finding.sent = line;
  std::string early;
  while (channel_.NextIfThere(early) == LineChannel::Got::kLine) {
    if (PassOver(early, finding)) continue;
    Note(finding, early);
    Fail(finding, "a line came before the request was sent",
         "Answer each request once, and only once.");
  }
  if (channel_.Write(line + "\n", steady_clock::now() + timeouts_.reply) !=
      LineChannel::Wrote::kAll) {
    FailGone(finding);
    return false;
  }
  return true;
}

bool Linter::PassOver(const std::string& line, LintFinding& finding) {
  const auto read = ReadWireLine(line);
  if (read) {
    if (!std::holds_alternative<QuarantineEvent>(*read)) return false;
    if (++events_ > kMaxEvents) Drop();
    Note(finding, line);
    const auto valid = ValidateAgainst(SchemaName::kDriverEvent, *ParseIllFormed(line));
    if (!valid) Fail(finding, "the event breaks its schema: " + valid.error());
    return true;
  }
  if (read.error().kind == LineFault::Kind::kReply) return false;
  if (!greeted_ && read.error().kind == LineFault::Kind::kNotJson &&
      ++banner_lines_ <= kMaxBannerLines) {
    return true;
  }
  Note(finding, line);
  Fail(finding, read.error().message, kAdviseProtocolOnly);
  if (++noise_lines_ > kMaxBannerLines) Drop();
  return true;
}

std::optional<Json> Linter::AwaitReply(const LintRequest& request, LintFinding& finding,
                                       SteadyTime deadline) {
  std::string line;
  while (!gone_) {
    switch (channel_.Next(line, deadline)) {
      case LineChannel::Got::kLine:
        break;
      case LineChannel::Got::kNothing:
        Note(finding, channel_.Unfinished());
        Fail(finding, "no answer came in time",
             "Flush after each line, and end it with LF. " + request.advice);
        if (++silences_ >= kMaxSilences) Drop();
        return std::nullopt;
      case LineChannel::Got::kOversize:
        Drop();
        Note(finding, line);
        Fail(finding, "a line of more than 16 MiB came", kAdviseProtocolOnly);
        return std::nullopt;
      case LineChannel::Got::kEnd:
        FailGone(finding);
        return std::nullopt;
    }
    if (PassOver(line, finding)) continue;
    Note(finding, line);
    Json reply = *ParseIllFormed(line);
    if (reply["re"] == request.re) return reply;
    Fail(finding, "the reply's \"re\" should be " + request.re.dump(),
         "Put the request's id into re; null where the line could not be decoded.");
    return std::nullopt;  // only one was asked, so this was the answer
  }
  Fail(finding, "the driver did not come to an answer");
  return std::nullopt;
}

void Linter::JudgeReply(const LintRequest& request, const Json& reply, LintFinding& finding) {
  auto valid = ValidateAgainst(SchemaName::kDriverReply, reply);
  if (valid && !request.op.empty()) valid = ValidateReplyTo(request.op, reply);
  if (!valid) return Fail(finding, "the reply breaks its schema: " + valid.error());
  const std::string problem = request.judge(reply);
  if (!problem.empty()) return Fail(finding, problem);
  if (request.op == "hello" && reply.contains("ok")) {
    const auto description = ReadHello(reply["ok"]);
    if (!description) return Fail(finding, description.error());
    greeted_ = true;
    virtual_clock_ = description->capabilities.HasVirtualClock();
  }
}

void Linter::Run(const LintRequest& request, LintFinding& finding) {
  if (gone_ || !Send(request, finding)) return;
  const auto timeout = greeted_ ? timeouts_.reply : timeouts_.hello;
  if (const auto reply = AwaitReply(request, finding, steady_clock::now() + timeout))
    JudgeReply(request, *reply, finding);
  if (finding.outcome == LintFinding::Outcome::kNotReached)
    finding.outcome = LintFinding::Outcome::kPassed;
}

void Linter::RunToEnd(LintFinding& finding) {
  if (gone_) return;
  const auto deadline = steady_clock::now() + timeouts_.stop;
  channel_.child().CloseStdin();
  std::string line;
  LineChannel::Got got{};
  while (!gone_ && (got = channel_.Next(line, deadline)) == LineChannel::Got::kLine) {
    if (PassOver(line, finding)) continue;
    Note(finding, line);
    Fail(finding, "a line came after the answer to stop");
  }
  if (got != LineChannel::Got::kEnd || !channel_.AwaitExit(deadline))
    return Fail(finding, "the driver did not end in time after stop");
  if (!channel_.Unfinished().empty()) {
    Note(finding, channel_.Unfinished());
    Fail(finding, "the driver's output ended in the middle of a line");
  }
  if (!channel_.child().ExitedCleanly())
    Fail(finding, "after stop the driver " + channel_.child().EndInWords());
}

}  // namespace

bool LintReport::Passed() const {
  return std::all_of(findings.begin(), findings.end(), [](const LintFinding& finding) {
    return finding.outcome == LintFinding::Outcome::kPassed;
  });
}

LintReport LintDriver(const DriverSource& source, const std::string& scratch_dir,
                      const DriverTimeouts& timeouts, const std::function<bool()>& is_interrupted) {
  const std::vector<LintRequest> requests = LintRequests(scratch_dir);
  LintReport report;
  for (const LintRequest& request : requests) {
    LintFinding finding;
    finding.name = request.name;
    finding.clauses = request.clauses;
    finding.advice = request.advice;
    report.findings.push_back(std::move(finding));
  }
  auto child = ChildProcess::Start(source, steady_clock::now() + timeouts.hello);
  if (!child) {
    report.findings[0].outcome = LintFinding::Outcome::kFailed;
    report.findings[0].problem = child.error();
    report.findings[0].advice = "Give the command line as you would type it after --.";
    return report;
  }
  Linter linter(LineChannel(std::move(*child)), timeouts);
  for (std::size_t at = 0; at < requests.size(); ++at) {
    if (is_interrupted && is_interrupted()) linter.Drop();
    linter.Run(requests[at], report.findings[at]);
    if (!linter.IsGreeted()) linter.Drop();
  }
  linter.RunToEnd(report.findings.back());
  for (LintFinding& finding : report.findings) {
    if (finding.outcome != LintFinding::Outcome::kFailed) finding.advice.clear();
  }
  report.stderr_tail = linter.StderrTail();
  return report;
}

}  // namespace holdfast::conformance
