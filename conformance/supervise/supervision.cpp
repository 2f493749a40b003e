#include "conformance/supervise/supervision.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <system_error>
#include <utility>

#include "conformance/actor/child_process.h"

namespace holdfast::conformance {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProgram = "holdfast-supervise";
constexpr std::chrono::seconds kProbeDeadline{20};

bool IsProgram(const std::string& path) { return access(path.c_str(), X_OK) == 0; }

// All that a program writes to standard output until it ends. Errors: a sentence.
Expected<std::string, std::string> OutputOf(const std::vector<std::string>& command) {
  const auto deadline = std::chrono::steady_clock::now() + kProbeDeadline;
  auto child = ChildProcess::Start({command, nullptr}, deadline);
  if (!child) return Unexpected(std::move(child.error()));
  std::string output;
  std::array<char, 1024> chunk;
  while (WaitReadable(child->stdout_fd(), deadline)) {
    const ssize_t got = read(child->stdout_fd(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    output.append(chunk.data(), static_cast<std::size_t>(got));
  }
  if (!WaitReadable(child->exit_fd(), deadline) || !child->ReapIfEnded())
    return Unexpected(std::string(kProgram) + " did not end in time when it was tried out");
  if (!child->ExitedCleanly()) {
    return Unexpected(output.empty() ? std::string(kProgram) + " " + child->EndInWords() + ": " +
                                           child->host().StderrTail()
                                     : output);
  }
  return output;
}

std::optional<std::string> TryItOut() {
  const auto program = SupervisorProgram();
  if (!program) {
    return std::string(kProgram) +
           " is not beside the running program and not in PATH; HOLDFAST_SUPERVISE can name it";
  }
  const auto output = OutputOf({*program, "--probe"});
  if (output) return std::nullopt;
  std::string sentence = output.error();
  while (!sentence.empty() && sentence.back() == '\n') sentence.pop_back();
  return sentence;
}

}  // namespace

std::optional<std::string> SupervisorProgram() {
  if (const char* named = std::getenv("HOLDFAST_SUPERVISE"); named != nullptr && *named != '\0')
    return IsProgram(named) ? std::optional<std::string>(named) : std::nullopt;
  std::error_code error;
  const std::string beside = fs::read_symlink("/proc/self/exe", error).parent_path() / kProgram;
  if (!error && IsProgram(beside)) return beside;
  const char* path = std::getenv("PATH");
  const std::string folders = path == nullptr ? "" : path;
  for (std::size_t at = 0; at < folders.size();) {
    const std::size_t end = std::min(folders.find(':', at), folders.size());
    std::string candidate = folders.substr(at, end - at) + "/" + kProgram;
    if (end > at && IsProgram(candidate)) return candidate;
    at = end + 1;
  }
  return std::nullopt;
}

std::optional<std::string> WhyNotSupervised() {
#if !defined(__linux__) || !defined(__x86_64__)
  return "the supervisor needs Linux on x86_64";
#else
  static std::mutex mutex;
  static std::optional<std::optional<std::string> > known;
  const std::lock_guard lock(mutex);
  if (!known) known = TryItOut();
  return *known;
#endif
}

Supervision::Supervision(SupervisionOptions options) : options_(std::move(options)) {
  std::string pattern = fs::absolute(options_.scratch / "supervised_XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    throw std::system_error(errno, std::generic_category(), "mkdtemp " + pattern);
  folder_ = pattern;
}

Supervision::~Supervision() {
  std::error_code error;
  fs::remove_all(folder_, error);
}

DriverSource Supervision::Of(DriverSource source) const {
  std::vector<std::string>& words = source.supervisor;
  words = {SupervisorProgram().value_or(kProgram), "--dir", fs::absolute(options_.store_dir),
           "--record", folder_ / "steps.jsonl"};
  if (options_.keep_data) words.push_back("--keep-data");
  words.insert(words.end(), {"--data", folder_ / "data"});
  for (const trace::Action& action : options_.plan.actions)
    words.insert(words.end(), {"--action", trace::ActionToWords(action)});
  return source;
}

Expected<trace::Trace, std::string> Supervision::TakeTrace() const {
  std::error_code error;
  if (!fs::exists(folder_ / "steps.jsonl", error))
    return Unexpected(std::string("the driver was never supervised"));
  return trace::ReadTrace(folder_ / "steps.jsonl", folder_ / "data");
}

}  // namespace holdfast::conformance
