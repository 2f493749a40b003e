#include "holdfast/conformance/clause_checks.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <thread>

#include "conformance/campaign/files.h"
#include "conformance/campaign/option_values.h"
#include "conformance/campaign/levels.h"
#include "conformance/report/certificate.h"
#include "conformance/report/clause_rows.h"
#include "conformance/report/plain_text.h"
#include "conformance/report/terminal.h"
#include "holdfast/spec/clauses.h"

namespace holdfast::conformance {
namespace {

using Outcome = ClauseResult::Outcome;

bool IsJudged(const std::string& clause) {
  const std::vector<Situation> situations = SituationsOf(Level::kSequential);
  return std::any_of(situations.begin(), situations.end(), [&](const Situation& situation) {
    return std::find(situation.clauses.begin(), situation.clauses.end(), clause) !=
           situation.clauses.end();
  });
}

std::vector<ClauseCheck> FindChecks() {
  std::vector<ClauseCheck> checks;
  for (const Clause& clause : AllClauses()) {
    if (IsJudged(clause.id)) checks.push_back({clause.id, clause.title});
  }
  return checks;
}

// The run cannot be done as the environment asks.
struct BadSetting {
  std::string sentence;
};

template <typename T>
T ValueOf(const std::string& variable, Expected<T, std::string> value) {
  if (!value) throw BadSetting{variable + ": " + value.error()};
  return std::move(*value);
}

std::string Setting(const char* variable, const std::string& otherwise) {
  const char* value = std::getenv(variable);
  return value == nullptr || *value == '\0' ? otherwise : value;
}

LevelOptions OptionsOfEnvironment(const std::filesystem::path& dir) {
  constexpr unsigned kMostJobs = 256;
  const unsigned cores = std::clamp(std::thread::hardware_concurrency(), 1U, kMostJobs);
  LevelOptions options;
  options.budget = ValueOf("HOLDFAST_BUDGET", ParseDuration(Setting("HOLDFAST_BUDGET", "60s")));
  options.seed =
      ValueOf("HOLDFAST_SEED", ParseWhole(Setting("HOLDFAST_SEED", "1"), 0, kMaxSafeInteger));
  options.jobs = static_cast<int>(ValueOf(
      "HOLDFAST_JOBS", ParseWhole(Setting("HOLDFAST_JOBS", std::to_string(cores)), 1, kMostJobs)));
  options.dir = dir;
  return options;
}

ClauseResult FromRow(const ClauseRow& row, const Certificate& certificate) {
  const std::string head = row.id + ": " + row.title + "\n";
  switch (row.verdict) {
    case ClauseVerdict::kPass:
      return {Outcome::kPass, ""};
    case ClauseVerdict::kNotClaimed:
      return {Outcome::kNotClaimed, "not claimed: " + head + row.reason};
    case ClauseVerdict::kNotRun:
    case ClauseVerdict::kInconclusive: {
      std::string message = "inconclusive: " + head + row.reason;
      for (const LevelRow& level : certificate.levels) {
        if (level.fault && level.level == row.level) message += "\n" + TellFault(*level.fault);
      }
      return {Outcome::kInconclusive, message};
    }
    case ClauseVerdict::kFail:
      break;
  }
  std::string message = head;
  for (const FailureRow& failure : certificate.failures) {
    if (failure.found.failure.clauses.front() != row.id) continue;
    message += Printable(Joined(failure.story, "\n")) + "\n(seed " +
               std::to_string(certificate.seed) + ", program " +
               std::to_string(failure.found.number) + ")\n";
  }
  return {Outcome::kFail, message};
}

}  // namespace

class ClauseRun::Impl {
 public:
  explicit Impl(BackendFactory make_backend) : make_backend_(std::move(make_backend)) {}

  ClauseResult ResultOf(std::string_view clause) {
    if (!is_done_) {
      is_done_ = true;
      Run();
    }
    if (!certificate_) return {Outcome::kInconclusive, problem_};
    for (const ClauseRow& row : certificate_->clauses) {
      if (row.id == clause) return FromRow(row, *certificate_);
    }
    return {Outcome::kInconclusive, "there is no clause " + std::string(clause)};
  }

 private:
  void Run() {
    try {
      const ScratchDir scratch(std::filesystem::temp_directory_path());
      const LevelOptions options = OptionsOfEnvironment(scratch.path());
      const auto backend = make_backend_();
      const DriverSource source{{}, backend.get()};
      auto client = DriverClient::Start(source, options.timeouts);
      if (!client) {
        problem_ = TellFault(client.error());
        return;
      }
      RunResults results;
      results.description = client->description();
      client->Kill();
      results.seed = options.seed;
      results.reports = {RunLevel(Level::kSequential, source, results.description, options)};
      certificate_ = MakeCertificate(results);
    } catch (const BadSetting& bad) {
      problem_ = bad.sentence;
    } catch (const std::exception& error) {
      problem_ = std::string("the run ended with an exception: ") + error.what();
    }
  }

  BackendFactory make_backend_;
  bool is_done_ = false;
  std::optional<Certificate> certificate_;
  std::string problem_;
};

ClauseRun::ClauseRun(BackendFactory make_backend)
    : impl_(std::make_unique<Impl>(std::move(make_backend))) {}

ClauseRun::~ClauseRun() = default;

ClauseResult ClauseRun::ResultOf(std::string_view clause) { return impl_->ResultOf(clause); }

const std::vector<ClauseCheck>& AllClauseChecks() {
  static const std::vector<ClauseCheck> checks = FindChecks();
  return checks;
}

}  // namespace holdfast::conformance
