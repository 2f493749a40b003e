// holdfast-supervise: runs a driver, watches every step it takes on a directory, and strikes where
// it is told to. Only the suite calls it: conformance/supervise/supervision.h.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "conformance/supervise/tracer/actions.h"
#include "conformance/supervise/tracer/launch.h"
#include "conformance/supervise/tracer/probe.h"
#include "conformance/supervise/tracer/run.h"

namespace holdfast::tracer {
namespace {

constexpr int kUsage = 125;
constexpr char kHelp[] =
    "holdfast-supervise --dir DIR --record FILE --data FILE [--keep-data] [--action WORDS]...\n"
    "                   (--gate FD | -- COMMAND ARG...)\n"
    "holdfast-supervise --probe\n";

struct Options {
  std::string dir;
  std::string record;
  std::string data;
  bool keeps_data = false;
  std::vector<Action> actions;
  int gate = -1;
  std::vector<std::string> command;
  bool is_probe = false;
};

// Errors: nothing for what is not understood.
std::optional<Options> Parse(const std::vector<std::string>& words) {
  Options options;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (word == "--") {
      options.command.assign(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end());
      break;
    }
    if (word == "--probe") {
      options.is_probe = true;
      continue;
    }
    if (word == "--keep-data") {
      options.keeps_data = true;
      continue;
    }
    if (at + 1 == words.size()) return std::nullopt;
    const std::string& value = words[++at];
    if (word == "--dir") {
      options.dir = value;
    } else if (word == "--record") {
      options.record = value;
    } else if (word == "--data") {
      options.data = value;
    } else if (word == "--gate") {
      options.gate = std::atoi(value.c_str());
    } else if (word == "--action") {
      auto action = ParseAction(value);
      if (!action) return std::nullopt;
      options.actions.push_back(*action);
    } else {
      return std::nullopt;
    }
  }
  const bool has_one = (options.gate >= 0) != !options.command.empty();
  const bool is_whole = !options.dir.empty() && !options.record.empty() && !options.data.empty();
  if (!options.is_probe && !(has_one && is_whole)) return std::nullopt;
  return options;
}

// The driver's pipes are its own: only when all who hold them are gone does their reader see an
// end. What is put in their place keeps the numbers taken.
void LetGoOfPipes() {
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  dup2(null, STDIN_FILENO);
  dup2(null, STDOUT_FILENO);
  close(null);
}

// Every file of the store is held open.
void AllowManyFiles() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Ends as the driver did, so that whoever waits for this process learns it.
[[noreturn]] void EndAs(int status) {
  if (WIFEXITED(status)) _exit(WEXITSTATUS(status));
  const int signal_number = WTERMSIG(status);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  signal(signal_number, SIG_DFL);
  sigset_t all;
  sigemptyset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
  kill(getpid(), signal_number);
  _exit(128 + signal_number);
}

int Supervise(const Options& options) {
  struct stat output {};
  if (fstat(STDOUT_FILENO, &output) != 0) output = {};
  const int gate = options.gate >= 0 ? options.gate : StartAtGate(options.command);
  fcntl(gate, F_SETFD, FD_CLOEXEC);
  LetGoOfPipes();
  AllowManyFiles();
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, nullptr);
  StoreFiles files(options.dir);
  Record record(options.record, options.data, options.keeps_data);
  Run run(files, output, Actions(options.actions), record);
  return run.Follow(SeizeAtGate(gate));
}

int Main(const std::vector<std::string>& words) {
  const auto options = Parse(words);
  if (!options) {
    std::fputs(kHelp, stderr);
    return kUsage;
  }
  try {
    if (options->is_probe) {
      const std::string missing = Probe();
      if (!missing.empty()) std::puts(missing.c_str());
      return missing.empty() ? 0 : 1;
    }
    EndAs(Supervise(*options));
  } catch (const std::exception& error) {
    std::fprintf(options->is_probe ? stdout : stderr, "%s\n", error.what());
    return options->is_probe ? 1 : kUsage;
  }
}

}  // namespace
}  // namespace holdfast::tracer

int main(int argc, char** argv) { return holdfast::tracer::Main({argv + 1, argv + argc}); }
