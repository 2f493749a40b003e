#include "conformance/cli/certify.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "conformance/campaign/files.h"
#include "conformance/campaign/levels.h"
#include "conformance/cli/complaint.h"
#include "conformance/cli/interruption.h"
#include "conformance/cli/kept_failures.h"
#include "conformance/cli/orphans.h"
#include "conformance/cli/replay.h"
#include "conformance/cli/screen.h"
#include "conformance/cli/whole_file.h"
#include "conformance/report/certificate_json.h"
#include "conformance/report/certificate_markdown.h"
#include "conformance/report/junit_xml.h"
#include "conformance/report/plain_text.h"
#include "conformance/report/terminal.h"

namespace holdfast::conformance {
namespace {

// A kept failure may take so large a share of a level's budget before it is given up.
constexpr int kKeptShare = 4;

std::string InWords(const NameAndVersion& name) {
  return PrintableOnOneLine(name.name + (name.version.empty() ? "" : " " + name.version));
}

Expected<BackendDescription, DriverFault> TryAskForDescription(const DriverSource& source,
                                                               const DriverTimeouts& timeouts) {
  auto client = DriverClient::Start(source, timeouts);
  if (!client) return Unexpected(client.error());
  BackendDescription description = client->description();
  if (auto stopped = client->Stop(); !stopped) return Unexpected(std::move(stopped.error()));
  return description;
}

class Run {
 public:
  Run(const Subject& subject, const CertifyOptions& options)
      : subject_(subject),
        options_(options),
        keep_folder_(options.report.value_or(kDefaultKeepFolder)),
        scratch_(options.dir) {}

  ExitCode Go() {
    results_.seed = options_.seed;
    results_.asked_for = options_.levels;
    results_.expectations = options_.expectations;
    Ask();
    AskPeer();
    SayWhatIsDone();
    if (!results_.hello_fault) RunAll();
    Certificate certificate = MakeCertificate(results_);
    Keep(certificate);
    screen_.Say("\n" + TerminalReport(certificate, {screen_.has_colour(), keep_folder_.string()}));
    if (options_.report) WriteReport(certificate);
    return ExitCodeFor(certificate.verdict);
  }

 private:
  [[nodiscard]] bool IsWanted(Level level) const {
    return options_.levels.empty() || std::find(options_.levels.begin(), options_.levels.end(),
                                                level) != options_.levels.end();
  }

  void Ask() {
    auto description = TryAskForDescription(subject_.source(), options_.timeouts);
    if (description) {
      results_.description = std::move(*description);
      return;
    }
    results_.hello_fault = description.error();
    std::string& name = results_.description.backend.name;
    name = subject_.linked_name();
    for (const std::string& word : subject_.source().command)
      name += (name.empty() ? "" : " ") + ShellWord(word);
    results_.description.driver.name = name;
  }

  // A second backend has to keep the same files, by the same clock.
  void AskPeer() {
    if (options_.peer.empty()) return;
    peer_.emplace(Subject::Named(options_.peer));
    if (results_.hello_fault) return;
    const BackendDescription other = AskForDescription(peer_->source(), options_.timeouts);
    const Capabilities& own = results_.description.capabilities;
    const auto format = [](const Capabilities& claims) {
      return claims.format ? "\"" + *claims.format + "\"" : std::string("null");
    };
    if (!own.format || other.capabilities.format != own.format) {
      ComplainOfUsage("--peer: " + InWords(results_.description.backend) + " keeps the format " +
                      format(own) + " and " + InWords(other.backend) + " the format " +
                      format(other.capabilities) +
                      "; a hand-over needs two backends of one format that is named");
    }
    if (own.HasVirtualClock() != other.capabilities.HasVirtualClock()) {
      ComplainOfUsage("--peer: a hand-over needs one clock for both backends, and only one of " +
                      InWords(results_.description.backend) + " and " + InWords(other.backend) +
                      " claims a virtual one");
    }
  }

  [[nodiscard]] std::optional<DriverSource> Peer() const {
    return peer_ ? std::optional(peer_->source()) : std::nullopt;
  }

  void RunAll() {
    RunKept();
    for (const Level level : kAllLevels) {
      if (IsPartOfThisVersion(level) && IsWanted(level)) RunOne(level);
    }
  }

  void SayWhatIsDone() {
    screen_.Say("holdfast " + std::string(SuiteVersion()) + " certifies " +
                InWords(results_.description.backend) + " (driver " +
                InWords(results_.description.driver) + "): seed " + std::to_string(options_.seed) +
                ", budget " + InSeconds(std::chrono::duration<double>(options_.budget).count()) +
                ", " + std::to_string(options_.jobs) + (options_.jobs == 1 ? " job\n" : " jobs\n"));
  }

  // Of a linked backend the name it is linked under, so that `replay` finds it again.
  [[nodiscard]] std::string BackendName() const {
    return subject_.linked_name().empty() ? results_.description.backend.name
                                          : subject_.linked_name();
  }

  [[nodiscard]] bool IsAboutThis(const ReplayFile& replay) const {
    return replay.backend == BackendName() && replay.command == subject_.source().command;
  }

  void RunKept() {
    const KeptFiles kept = LoadKept(keep_folder_);
    for (const std::string& remark : kept.remarks) screen_.Say(Printable(remark) + "\n");
    for (const auto& [name, replay] : kept.files) {
      if (IsAboutThis(replay) && IsWanted(replay.level) && !IsInterrupted()) RunKept(name, replay);
    }
  }

  void RunKept(const std::string& name, const ReplayFile& replay) {
    const std::string path = (keep_folder_ / name).string();
    if (replay.capabilities != results_.description.capabilities) {
      screen_.Say("kept failure " + path + ": passed over, the claims are not what they were\n");
      return;
    }
    if (const std::string why = WhyItCannotRun(replay, replay.capabilities, peer_.has_value());
        !why.empty()) {
      screen_.Say("kept failure " + path + ": passed over, " + why + "\n");
      return;
    }
    const int wanted = RunsToTrust(replay.rate);
    const auto end = std::chrono::steady_clock::now() + options_.budget / kKeptShare;
    int runs = 0;
    for (; runs < wanted && !IsInterrupted(); ++runs) {
      if (runs >= kFewestKeptRuns && std::chrono::steady_clock::now() >= end) break;
      const ProgramReport report =
          RunProgramOf(replay.level, replay.program, {subject_.source(), options_.timeouts, Peer()},
                       scratch_.path());
      if (report.fault && !report.failure) {
        screen_.Say("kept failure " + path +
                    ": the driver was at fault: " + Printable(report.fault->message) + "\n");
        return;
      }
      if (report.verdict == Verdict::kInconclusive) {
        screen_.Say("kept failure " + path + ": inconclusive, " + Printable(report.reason) + "\n");
        return;
      }
      if (report.failure) {
        screen_.Say("kept failure " + path + ": fails again\n");
        FoundFailure found;
        found.failure = *report.failure;
        found.program = replay.program;
        found.story = report.story;
        found.number = replay.number;
        results_.kept.push_back({replay.level, std::move(found), name});
        return;
      }
    }
    std::string text = "kept failure " + path + ": did not fail in " + std::to_string(runs) +
                       " runs; delete the file once it is mended\n";
    if (runs < wanted) {
      text += "  it failed " + HowOften(replay.rate) +
              " when it was kept; to tell whether it is mended: holdfast replay " +
              ShellWord(path) + " --times " + std::to_string(wanted) + "\n";
    }
    screen_.Say(text);
  }

  void RunOne(Level level) {
    LevelOptions options;
    options.seed = options_.seed;
    options.budget = options_.budget;
    options.jobs = options_.jobs;
    options.dir = scratch_.path();
    options.timeouts = options_.timeouts;
    options.amplify = options_.amplify;
    options.peer = Peer();
    options.on_progress = [this, level](const Progress& progress) {
      orphans_.ReapEnded();
      screen_.Show(level, progress);
    };
    options.is_interrupted = IsInterrupted;
    options.is_expected = [this, level](const Failure& failure) {
      return ExpectedBy(options_.expectations, level, failure) != nullptr;
    };
    options.shrink = options_.shrink;
    if (!options_.until.empty()) LookFor(options_.until, level, options);
    results_.reports.push_back(RunLevel(level, subject_.source(), results_.description, options));
  }

  // Failures that name other clauses alone end nothing.
  void LookFor(const std::string& clause, Level level, LevelOptions& options) {
    const auto is_named = [clause](const Failure& failure) {
      const auto& clauses = failure.clauses;
      return std::find(clauses.begin(), clauses.end(), clause) != clauses.end();
    };
    options.is_expected = [is_named, is_known = options.is_expected](const Failure& failure) {
      return !is_named(failure) || is_known(failure);
    };
    const auto started = std::chrono::steady_clock::now();
    options.is_enough = [this, is_named, started, level](const Failure& failure) {
      if (!is_named(failure)) return false;
      const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - started;
      results_.until_s.emplace(level, passed.count());
      return true;
    };
  }

  // Keeps each failure of this run as a replay file, and what a driver was at fault in.
  void Keep(Certificate& certificate) {
    for (FailureRow& failure : certificate.failures) {
      if (failure.kept || failure.found.program.is_null()) continue;
      failure.replay = Keep(failure.level, failure.found);
    }
    for (const LevelReport& report : results_.reports) {
      if (!report.faulty) continue;
      for (LevelRow& row : certificate.levels) {
        if (row.level == report.level) row.fault_replay = Keep(row.level, *report.faulty);
      }
    }
  }

  // Answers the name of the file; nothing where it could not be written.
  std::string Keep(Level level, const FoundFailure& found) {
    const ReplayFile replay{level,
                            BackendName(),
                            subject_.source().command,
                            results_.description.capabilities,
                            options_.seed,
                            found.number,
                            found.program,
                            found.failure,
                            found.rate,
                            found.story,
                            found.history};
    const std::string name = ReplayFileName(replay);
    try {
      std::filesystem::create_directories(keep_folder_);
      WriteWholeFile(keep_folder_ / name, WriteReplay(replay));
      return name;
    } catch (const std::system_error& error) {
      screen_.Say("a failure could not be kept: " + std::string(error.what()) + "\n");
      return "";
    }
  }

  void WriteReport(const Certificate& certificate) {
    const std::map<std::string, std::string> files = {
        {"certificate.json", CertificateJson(certificate)},
        {"certificate.md", CertificateMarkdown(certificate)},
        {"junit.xml", JunitXml(certificate)}};
    try {
      for (const auto& [name, text] : files) WriteWholeFile(*options_.report / name, text);
    } catch (const std::system_error& error) {
      ComplainOfEnvironment("--report: " + std::string(error.what()));
    }
    screen_.Say("the report is in " + options_.report->string() +
                ": certificate.json, certificate.md, junit.xml\n");
  }

  const Subject& subject_;
  const CertifyOptions& options_;
  std::optional<Subject> peer_;
  std::filesystem::path keep_folder_;
  ScratchDir scratch_;
  OrphanKeeper orphans_;  // goes before the folder, in which they may still write
  Screen screen_;
  RunResults results_;
};

}  // namespace

BackendDescription AskForDescription(const DriverSource& source, const DriverTimeouts& timeouts) {
  auto description = TryAskForDescription(source, timeouts);
  if (!description) ComplainOfEnvironment(TellFault(description.error()));
  return std::move(*description);
}

ExitCode Certify(const Subject& subject, const CertifyOptions& options) {
  return Run(subject, options).Go();
}

}  // namespace holdfast::conformance
