#include "conformance/cli/trace_steps.h"

#include <map>
#include <string>
#include <vector>

#include "conformance/campaign/files.h"
#include "conformance/check/describe.h"
#include "conformance/cli/complaint.h"
#include "conformance/cli/orphans.h"
#include "conformance/cli/screen.h"
#include "conformance/program/program.h"
#include "conformance/report/plain_text.h"
#include "conformance/supervise/supervision.h"
#include "conformance/trace/tell.h"

namespace holdfast::conformance {
namespace {

constexpr std::int64_t kStartMs = 1'700'000'000'000;

// A replacement, two entries, what reads, and what takes away.
const std::vector<Operation>& Operations() {
  static const std::vector<Operation> kOperations = {
      {OpKind::kRegister, "a", {{"n", 1}}, {}}, {OpKind::kRegister, "a", {{"n", 2}}, {}},
      {OpKind::kRegister, "b", {{"n", 3}}, {}}, {OpKind::kLookup, "a", nullptr, {}},
      {OpKind::kConsume, "a", nullptr, {}},     {OpKind::kEntries, "", nullptr, {}},
      {OpKind::kClear, "", nullptr, {}},
  };
  return kOperations;
}

[[noreturn]] void ComplainOf(const DriverFault& fault) {
  ComplainOfEnvironment("the driver is at fault: " + fault.message +
                        (fault.stderr_tail.empty() ? "" : "\n" + fault.stderr_tail));
}

// What was asked and answered, by the number of the request.
using Labels = std::map<std::int64_t, std::string>;

Labels RunOperations(DriverClient& client, const std::string& dir) {
  Labels labels = {{0, "hello"}, {1, "open"}};
  const auto opened = client.Open({dir, "trace", 1000, std::nullopt, std::nullopt});
  if (!opened) ComplainOf(opened.error());
  if (!*opened) ComplainOfEnvironment("the store was not opened: " + opened->error().message);
  std::int64_t now = kStartMs;
  for (const Operation& operation : Operations()) {
    const auto request = client.Send(operation, {"main", now++});
    if (!request) ComplainOf(request.error());
    const auto result = client.Await(*request);
    if (!result) ComplainOf(result.error());
    labels[*request] = Describe(operation) + " -> " + Describe(*result);
    labels[*request + 1] = "stop";
  }
  if (const auto stopped = client.Stop(); !stopped) ComplainOf(stopped.error());
  return labels;
}

// The requests that an acknowledgement answers; what is no reply answers none.
std::vector<std::string> AnsweredBy(std::string_view lines, const Labels& labels) {
  std::vector<std::string> answered;
  for (std::size_t at = 0, end = 0; (end = lines.find('\n', at)) != std::string_view::npos;
       at = end + 1) {
    const Json reply = Json::parse(lines.substr(at, end - at), nullptr, false);
    if (!reply.is_object() || !reply.contains("re") || !reply.at("re").is_number_integer())
      continue;
    const auto found = labels.find(reply.at("re").get<std::int64_t>());
    if (found != labels.end()) answered.push_back(found->second);
  }
  return answered;
}

// Everything up to and with each acknowledgement belongs to what it answers.
std::string Tell(const trace::Trace& trace, const trace::Tree& start, const Labels& labels) {
  const auto audit = trace::AuditDurability(trace, start);
  std::string text;
  std::string steps;
  std::string lines;  // what was written of those that are not answered for yet
  std::size_t acknowledgements = 0;
  for (const trace::Step& step : trace.steps) {
    steps += Printable(trace::TellStep(step)) + "\n";
    if (step.kind != trace::StepKind::kAcknowledge || !step.Succeeded()) continue;
    lines += trace.DataOf(step);
    if (trace.DataOf(step).find('\n') == std::string_view::npos) continue;
    text += "\n" + Joined(AnsweredBy(lines, labels), "; ") + "\n" + steps;
    lines.erase(0, lines.rfind('\n') + 1);
    steps.clear();
    if (!audit) continue;
    const std::string verdict = trace::TellAudit(audit->at(acknowledgements++));
    if (!verdict.empty()) text += "       " + Printable(verdict) + "\n";
  }
  if (!steps.empty()) text += "\nafter the last acknowledgement\n" + steps;
  if (!audit) text += "\nno audit: " + Printable(audit.error()) + "\n";
  return text;
}

}  // namespace

ExitCode TraceSteps(const DriverSource& source, const std::filesystem::path& dir,
                    const DriverTimeouts& timeouts) {
  if (const auto why = WhyNotSupervised(); why)
    ComplainOfEnvironment("nothing can be supervised here: " + *why);
  const ScratchDir scratch(dir);
  const OrphanKeeper orphans;
  const auto store = scratch.path() / "state";
  std::filesystem::create_directory(store);
  const auto start = trace::ReadTree(store);
  if (!start) ComplainOfEnvironment(start.error());
  const Supervision supervision({store, scratch.path()});
  auto client = DriverClient::Start(supervision.Of(source), timeouts);
  if (!client) ComplainOf(client.error());
  const std::string name = client->description().backend.name;
  const Labels labels = RunOperations(*client, store);
  const auto trace = supervision.TakeTrace();
  if (!trace) ComplainOfEnvironment(trace.error());
  Screen screen;
  screen.Say(Printable(name) + ": " + std::to_string(trace->steps.size()) +
             " steps; paths are below the state directory\n" + Tell(*trace, *start, labels));
  return ExitCode::kConforms;
}

}  // namespace holdfast::conformance
