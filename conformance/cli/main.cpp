// The program `holdfast`: reads the command line and hands over.
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <map>
#include <thread>

#include "conformance/campaign/option_values.h"
#include "conformance/cli/arguments.h"
#include "conformance/cli/backends.h"
#include "conformance/cli/certify.h"
#include "conformance/cli/complaint.h"
#include "conformance/cli/guard.h"
#include "conformance/cli/interruption.h"
#include "conformance/cli/judge_file.h"
#include "conformance/cli/kept_failures.h"
#include "conformance/cli/lint.h"
#include "conformance/cli/listing.h"
#include "conformance/cli/replay.h"
#include "conformance/cli/trace_steps.h"
#include "conformance/cli/whole_file.h"
#include "conformance/cli/written.h"
#include "conformance/report/plain_text.h"
#include "holdfast/spec/clauses.h"

namespace holdfast::conformance {
namespace {

// The commands of the program. Positions are those of the options within Written.
class CommandLine {
 public:
  CommandLine() {
    app_.require_subcommand(1);
    app_.set_version_flag("--version", "holdfast " + std::string(SuiteVersion()));
    app_.footer(
        "Exit codes: 0 conforms; 1 does not, or an expectation is stale; 2 usage; 3 incomplete or\n"
        "inconclusive; 4 a fault of the driver or the environment; 5 a bug in the suite.\n"
        "Of several the first of 5, 1 (a failure), 4, 1 (stale), 3 and 0 holds.");
    AddCertify();
    AddReplay();
    AddLint();
    AddJudge();
    AddTrace();
    CLI::App* list = app_.add_subcommand("list", "List clauses, checks or backends");
    list->add_option("what", written_.list, "clauses, checks or backends")
        ->type_name("WHAT")
        ->required();
    CLI::App* explain = app_.add_subcommand("explain", "Print a clause of the spec");
    explain->add_option("clause", written_.clause, "for instance TTL-2")
        ->type_name("CLAUSE")
        ->required();
  }

  // The exit code, where all is said: help, the version, a word that is not understood.
  std::optional<ExitCode> Parse(std::vector<std::string> arguments) {
    if (arguments.empty()) {
      std::cerr << app_.help();
      return ExitCode::kUsage;
    }
    RefuseUnknownCommand(arguments.front());
    std::reverse(arguments.begin(), arguments.end());
    try {
      app_.parse(std::move(arguments));
    } catch (const CLI::Success& done) {
      app_.exit(done);
      return ExitCode::kConforms;
    } catch (const CLI::ParseError& error) {
      const auto commands = app_.get_subcommands();
      const std::string command = commands.empty() ? "" : commands.front()->get_name() + " ";
      ComplainOfUsage(std::string(error.what()) + "; holdfast " + command +
                      "--help tells what there is");
    }
    return std::nullopt;
  }

  [[nodiscard]] std::string Command() const { return app_.get_subcommands().front()->get_name(); }
  [[nodiscard]] const Written& written() const { return written_; }

 private:
  void RefuseUnknownCommand(const std::string& word) {
    std::string names;
    for (const CLI::App* command : app_.get_subcommands([](CLI::App*) { return true; })) {
      if (word.starts_with("-") || word == command->get_name()) return;
      names += (names.empty() ? "" : ", ") + command->get_name();
    }
    ComplainOfUsage("there is no command \"" + word + "\"; there are " + names);
  }

  void AddWhere(CLI::App& command) {
    command
        .add_option("--dir", written_.dir,
                    "where the stores' folders are made, and removed again; a folder below\n"
                    "TMPDIR or /tmp unless given")
        ->type_name("DIR");
    command.add_option("--timeout", written_.timeout, "how long a driver may take to answer (10s)")
        ->type_name("TIME");
  }

  void AddPeer(CLI::App& command) {
    command
        .add_option("--peer", written_.peer,
                    "a second backend of the same format, to which level files hands the stores\n"
                    "over: a linked one, or the command line of a driver in one word")
        ->type_name("NAME|COMMAND");
  }

  void AddCertify() {
    CLI::App& certify = *app_.add_subcommand(
        "certify", "Certify a linked backend, or the driver whose COMMAND stands after --");
    certify.footer("A driver is certified by: holdfast certify [OPTION…] -- COMMAND ARG…");
    certify.add_option("--backend", written_.backend, "a linked backend (reference)")
        ->type_name("NAME");
    certify.add_option("--level", written_.level, "levels, with commas between (all there are)")
        ->type_name("LEVEL,...")
        ->expected(1);
    certify
        .add_option("--budget", written_.budget,
                    "time for each level, for instance 2m (60s); a failure takes up to 6 s more\n"
                    "to be cut down, and a quarter of it goes into each kept failure at most")
        ->type_name("TIME");
    certify.add_option("--seed", written_.seed, "what the programs are drawn from (1)")
        ->type_name("N");
    certify.add_option("--jobs", written_.jobs, "worker processes (one for each core)")
        ->type_name("N");
    certify
        .add_option("--report", written_.report,
                    "write certificate.json, certificate.md and junit.xml there, and keep\n"
                    "failures there instead of in .holdfast")
        ->type_name("DIR");
    certify.add_option("--expect", written_.expect, "a JSON file of known failures")
        ->type_name("FILE");
    certify
        .add_option("--amplify", written_.amplify,
                    "level concurrent: hold processes up at single steps, where they can be\n"
                    "supervised (on)")
        ->type_name("on|off");
    certify
        .add_option("--until", written_.until,
                    "look for a failure that names this clause, and end with the first")
        ->type_name("CLAUSE");
    certify.add_flag("--uncut", written_.uncut, "tell failures as they were found");
    AddPeer(certify);
    AddWhere(certify);
  }

  void AddReplay() {
    CLI::App& replay = *app_.add_subcommand("replay", "Run a kept failure again");
    replay.footer("On another driver: holdfast replay FILE [OPTION…] -- COMMAND ARG…");
    replay.add_option("file", written_.file, "the kept failure")->type_name("FILE")->required();
    replay.add_option("--times", written_.times, "how often (1)")->type_name("N");
    AddPeer(replay);
    AddWhere(replay);
  }

  void AddLint() {
    CLI::App& lint =
        *app_.add_subcommand("lint-driver", "Judge a driver alone, by twelve requests");
    lint.footer("Its command line is needed: holdfast lint-driver [OPTION…] -- COMMAND ARG…");
    AddWhere(lint);
  }

  void AddJudge() {
    CLI::App& judge = *app_.add_subcommand(
        "judge", "Judge a history of concurrent calls (JSON Lines) by a model");
    judge.footer("Exit codes: 0 linearizable; 1 a violation; 2 no such history; 3 unknown.");
    judge.add_option("file", written_.file, "the history; - for standard input")
        ->type_name("FILE")
        ->required();
    judge.add_option("--model", written_.model, "register, kv or keyed-store")
        ->type_name("NAME")
        ->required();
    judge.add_option("--steps", written_.steps, "of the search, at most (200000000)")
        ->type_name("N");
    judge.add_option("--time", written_.budget, "of the search, at most, for instance 2m (60s)")
        ->type_name("TIME");
    judge.add_option("--memory", written_.memory, "at most, for instance 512M (2G)")
        ->type_name("SIZE");
  }

  void AddTrace() {
    CLI::App& trace = *app_.add_subcommand(
        "trace", "Show the steps a store takes on its directory, and which it made durable");
    trace.footer("A driver is traced by: holdfast trace [OPTION…] -- COMMAND ARG…");
    trace.add_option("--backend", written_.backend, "a linked backend (reference)")
        ->type_name("NAME");
    AddWhere(trace);
  }

  CLI::App app_{"Certifies persistent keyed stores, clause by clause.", "holdfast"};
  Written written_;
};

std::filesystem::path ExistingDir(const std::string& option, const std::string& written) {
  std::error_code error;
  if (!std::filesystem::is_directory(written, error)) {
    ComplainOfUsage(option + ": " + (written.empty() ? "an empty name" : written) +
                    " is not an existing directory");
  }
  if (access(written.c_str(), W_OK | X_OK) != 0) {
    ComplainOfEnvironment(option + ": " + written + " is not writable");
  }
  return std::filesystem::absolute(written);
}

// A disk that fills up would be taken for the store's fault.
void DemandRoomIn(const std::filesystem::path& dir) {
  constexpr std::uintmax_t kMegabyte = 1U << 20U;
  constexpr std::uintmax_t kLeast = 64 * kMegabyte;
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(dir, error);
  if (error || space.available >= kLeast) return;
  ComplainOfEnvironment("only " + std::to_string(space.available / kMegabyte) +
                        " MiB are free in " + dir.string() + ", and the stores need " +
                        std::to_string(kLeast / kMegabyte) + "; --dir DIR names another folder");
}

std::filesystem::path WhereStoresLive(const std::string& written, bool is_given) {
  std::filesystem::path dir;
  if (is_given) {
    dir = ExistingDir("--dir", written);
  } else {
    std::error_code error;
    dir = std::filesystem::temp_directory_path(error);
    if (error) ComplainOfEnvironment("TMPDIR names no directory; --dir DIR names one");
    dir = ExistingDir("TMPDIR", dir.string());
  }
  DemandRoomIn(dir);
  return dir;
}

DriverTimeouts Timeouts(const Written& written) {
  const auto longest = ValueOf("--timeout", ParseDuration(written.timeout));
  return {longest, longest, longest};
}

int Jobs(const std::string& written) {
  constexpr unsigned kMost = 256;
  if (!written.empty()) return static_cast<int>(ValueOf("--jobs", ParseWhole(written, 1, kMost)));
  return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, kMost));
}

ExitCode DoCertify(const Written& written, const CutArguments& arguments) {
  CertifyOptions options;
  const auto is_given = [&](const char* option) {
    return std::any_of(arguments.own.begin(), arguments.own.end(), [&](const std::string& word) {
      return word == option || word.starts_with(std::string(option) + "=");
    });
  };
  if (is_given("--backend") && written.backend.empty()) ComplainOfUsage("--backend: an empty name");
  const Subject subject(written.backend, arguments.has_command, arguments.command);
  if (is_given("--level")) options.levels = ValueOf("--level", ParseLevels(written.level));
  options.budget = ValueOf("--budget", ParseDuration(written.budget));
  options.seed = ValueOf("--seed", ParseWhole(written.seed, 0, kMaxSafeInteger));
  options.jobs = Jobs(is_given("--jobs") && written.jobs.empty() ? "0" : written.jobs);
  options.timeouts = Timeouts(written);
  if (written.amplify != "on" && written.amplify != "off") {
    ComplainOfUsage("--amplify: must be on or off");
  }
  options.amplify = written.amplify == "on";
  if (is_given("--expect")) {
    options.expectations =
        ValueOf("--expect " + written.expect,
                ReadExpectations(ReadWholeFile(written.expect, "--expect", kMaxExpectationBytes)));
  }
  if (is_given("--peer") && written.peer.empty()) ComplainOfUsage("--peer: an empty name");
  options.peer = written.peer;
  if (is_given("--until") && FindClause(written.until) == nullptr) {
    ComplainOfUsage("--until: there is no clause \"" + written.until +
                    "\"; holdfast list clauses lists them");
  }
  options.until = written.until;
  options.shrink = !written.uncut;
  options.dir = WhereStoresLive(written.dir, is_given("--dir"));
  if (is_given("--report")) {
    if (written.report.empty()) ComplainOfUsage("--report: an empty name");
    std::error_code error;
    std::filesystem::create_directories(written.report, error);
    if (error) {
      ComplainOfUsage("--report: the directory " + written.report + " cannot be made: " +
                      error.message() + "; name one that is there, or that can be made");
    }
    options.report = written.report;
    (void)ExistingDir("--report", written.report);
  }
  return Certify(subject, options);
}

ExitCode DoReplay(const Written& written, const CutArguments& arguments) {
  const ReplayFile replay = LoadReplay(written.file);
  ReplayOptions options;
  options.times = static_cast<int>(ValueOf("--times", ParseWhole(written.times, 1, 1'000'000)));
  options.timeouts = Timeouts(written);
  options.dir = WhereStoresLive(written.dir, !written.dir.empty());
  options.peer = written.peer;
  const bool is_command = arguments.has_command || !replay.command.empty();
  const Subject subject(is_command ? "" : replay.backend, is_command,
                        arguments.has_command ? arguments.command : replay.command);
  return Replay(replay, subject, options);
}

ExitCode DoLint(const Written& written, const CutArguments& arguments) {
  if (!arguments.has_command)
    ComplainOfUsage("lint-driver needs -- and the command line of a driver");
  const Subject subject("", true, arguments.command);
  return Lint(subject.source(), WhereStoresLive(written.dir, !written.dir.empty()),
              Timeouts(written));
}

ExitCode DoTrace(const Written& written, const CutArguments& arguments) {
  const Subject subject(written.backend, arguments.has_command, arguments.command);
  return TraceSteps(subject.source(), WhereStoresLive(written.dir, !written.dir.empty()),
                    Timeouts(written));
}

ExitCode DoJudge(const Written& written) {
  JudgeOptions options;
  options.model = written.model;
  options.file = written.file;
  options.budget.steps = ValueOf("--steps", ParseWhole(written.steps, 1, kMaxSafeInteger));
  options.budget.time = ValueOf("--time", ParseDuration(written.budget));
  options.budget.memory_bytes = ValueOf("--memory", ParseMemory(written.memory));
  return JudgeFile(options);
}

ExitCode DoList(const Written& written) {
  if (written.list == "clauses") {
    std::cout << ListClauses();
  } else if (written.list == "checks") {
    std::cout << ListChecks();
  } else if (written.list == "backends") {
    std::cout << ListBackends();
  } else {
    ComplainOfUsage("there is no list of \"" + written.list +
                    "\"; there are clauses, checks and backends");
  }
  return ExitCode::kConforms;
}

ExitCode Do(const std::vector<std::string>& words) {
  const CutArguments arguments = CutAtCommand(words);
  CommandLine line;
  if (const auto done = line.Parse(arguments.own)) return *done;
  const std::string command = line.Command();
  if (command != "list" && command != "explain") WatchForInterruption();
  static const std::map<std::string, ExitCode (*)(const Written&, const CutArguments&)>
      kWithDrivers = {{"certify", DoCertify},
                      {"replay", DoReplay},
                      {"lint-driver", DoLint},
                      {"trace", DoTrace}};
  if (const auto with_drivers = kWithDrivers.find(command); with_drivers != kWithDrivers.end())
    return RunGuarded([&] { return with_drivers->second(line.written(), arguments); });
  if (arguments.has_command) ComplainOfUsage(command + " takes no command after --");
  if (command == "judge") return DoJudge(line.written());
  if (command == "list") return DoList(line.written());
  std::cout << Explain(line.written().clause);
  return ExitCode::kConforms;
}

// A standard stream that is closed must not become the number of a driver's pipe. What is put in
// its place answers reads and writes alike with an error.
void FillStandardStreams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    // The lowest free number is this one.
    (void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

ExitCode DoAndTell(const std::vector<std::string>& words) {
  const ExitCode code = Do(words);
  std::cout.flush();
  if (!std::cout) ComplainOfEnvironment("standard output could not be written");
  return code;
}

int Main(const std::vector<std::string>& words) {
  FillStandardStreams();
  try {
    return static_cast<int>(DoAndTell(words));
  } catch (const Complaint& complaint) {
    std::cerr << "holdfast: " << Printable(complaint.what()) << "\n";
    return static_cast<int>(complaint.code());
  } catch (const std::system_error& error) {
    std::cerr << "holdfast: the system refused: " << Printable(error.what()) << "\n";
    return static_cast<int>(ExitCode::kDriverFault);
  } catch (const std::exception& error) {
    std::cerr << "holdfast: a bug in the suite, please report it: " << Printable(error.what())
              << "\n";
    return static_cast<int>(ExitCode::kSuiteBug);
  }
}

}  // namespace
}  // namespace holdfast::conformance

int main(int argc, char** argv) { return holdfast::conformance::Main({argv + 1, argv + argc}); }
