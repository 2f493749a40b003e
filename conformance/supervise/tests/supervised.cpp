#include "conformance/supervise/tests/supervised.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <stdexcept>

#include "conformance/actor/child_process.h"

namespace holdfast::conformance {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kDeadline{60};

[[noreturn]] void Fail(const std::string& sentence) { throw std::runtime_error(sentence); }

trace::Tree TreeOf(const fs::path& dir) {
  auto tree = trace::ReadTree(dir);
  if (!tree) Fail(tree.error());
  return *tree;
}

void TakeEnd(const Workshop& workshop, const Supervision& supervision, Finished& finished) {
  auto trace = supervision.TakeTrace();
  if (!trace) Fail(trace.error());
  finished.trace = std::move(*trace);
  finished.end = TreeOf(workshop.store());
}

}  // namespace

std::optional<std::string> WhyNotHere() {
  setenv("HOLDFAST_SUPERVISE", HOLDFAST_SUPERVISE_PROGRAM, 1);
  return WhyNotSupervised();
}

Workshop::Workshop() {
  std::string pattern = fs::temp_directory_path() / "supervise_XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) Fail("mkdtemp");
  root_ = pattern;
  fs::create_directory(store());
}

Workshop::~Workshop() {
  std::error_code error;
  fs::remove_all(root_, error);
}

Finished RunToEnd(const Workshop& workshop, std::vector<std::string> command,
                  const trace::Plan& plan) {
  Finished finished;
  finished.start = TreeOf(workshop.store());
  const Supervision supervision({workshop.store(), workshop.root(), plan});
  command.push_back(workshop.store());
  const auto deadline = steady_clock::now() + kDeadline;
  auto child = ChildProcess::Start(supervision.Of({command, nullptr}), deadline);
  if (!child) Fail(child.error());
  child->CloseStdin();
  std::array<char, 4096> chunk;
  while (WaitReadable(child->stdout_fd(), deadline)) {
    const ssize_t got = read(child->stdout_fd(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    finished.output.append(chunk.data(), static_cast<std::size_t>(got));
  }
  if (!WaitReadable(child->exit_fd(), deadline) || !child->ReapIfEnded())
    Fail("no end in time: " + child->host().StderrTail());
  finished.how = child->EndInWords();
  finished.errors = child->host().StderrTail();
  TakeEnd(workshop, supervision, finished);
  return finished;
}

Finished Converse(const Workshop& workshop, const DriverSource& source, const Talk& talk,
                  const trace::Plan& plan) {
  Finished finished;
  finished.start = TreeOf(workshop.store());
  const Supervision supervision({workshop.store(), workshop.root(), plan});
  auto client = DriverClient::Start(supervision.Of(source));
  if (client) {
    talk(*client, workshop.store());
    const auto stopped = client->Stop();
    finished.how = stopped ? "exited with status 0" : stopped.error().message;
    finished.errors = client->StderrTail();
  } else {
    finished.how = client.error().message;
    finished.errors = client.error().stderr_tail;
  }
  TakeEnd(workshop, supervision, finished);
  return finished;
}

void SmallConversation(DriverClient& client, const std::string& dir) {
  OpenOptions options;
  options.dir = dir;
  options.namespace_name = "n";
  options.max_entries = 10;
  const auto opened = client.Open(options);
  if (!opened || !*opened) return;
  const auto call = [&](OpKind kind, const std::string& id, const Json& record) {
    return client.Call({kind, id, record, {}}, {"main", 1000}).has_value();
  };
  if (!call(OpKind::kRegister, "a", 1)) return;
  if (!call(OpKind::kRegister, "a", "more bytes than before")) return;
  if (!call(OpKind::kRegister, "b", Json::array({1, 2}))) return;
  if (!call(OpKind::kConsume, "a", nullptr)) return;
  (void)call(OpKind::kEntries, "", nullptr);
}

std::string Listing(const trace::Trace& trace) {
  std::string lines;
  for (const trace::Step& step : trace.steps) lines += trace::StepToJsonLine(step);
  return lines;
}

}  // namespace holdfast::conformance
