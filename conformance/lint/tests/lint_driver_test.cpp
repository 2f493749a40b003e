#include "conformance/lint/lint_driver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "conformance/actor/tests/hostile.h"
#include "conformance/driver/tests/fake_backend.h"
#include "conformance/lint/lint_requests.h"
#include "holdfast/spec/clauses.h"
#include "holdfast/spec/schemas.h"

namespace holdfast::conformance {
namespace {

using Outcome = LintFinding::Outcome;
using testing::HasSubstr;

// Short enough to wait for once or twice, long enough for a slow machine to answer.
constexpr DriverTimeouts kQuick{std::chrono::seconds(60), std::chrono::seconds(2),
                                std::chrono::seconds(60)};

class ScratchDir {
 public:
  ScratchDir() {
    char name[] = "/tmp/holdfast-lint-XXXXXX";
    path_ = mkdtemp(name);
  }
  ~ScratchDir() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

LintReport Lint(const DriverSource& source, const DriverTimeouts& timeouts = kPatient) {
  const ScratchDir scratch;
  return LintDriver(source, scratch.path(), timeouts);
}

std::string InWords(const LintReport& report) {
  std::string words = report.stderr_tail;
  for (const LintFinding& finding : report.findings) {
    if (finding.outcome == Outcome::kPassed) continue;
    words += finding.name + ": " + finding.problem + "\n  sent " + finding.sent + "\n  got " +
             finding.received + "\n";
  }
  return words;
}

const LintFinding& Finding(const LintReport& report, const std::string& name) {
  for (const LintFinding& finding : report.findings) {
    if (finding.name == name) return finding;
  }
  throw std::logic_error("no finding " + name);
}

TEST(LintRequests, AreTwelveThatNameRealClauses) {
  const auto requests = LintRequests("/d");
  EXPECT_EQ(requests.size(), 12U);
  for (const LintRequest& request : requests) {
    EXPECT_FALSE(request.advice.empty());
    for (const std::string& clause : request.clauses)
      EXPECT_NE(FindClause(clause), nullptr) << clause;
  }
}

TEST(LintDriver, PassesALinkedBackend) {
  FakeBackend backend;
  for (const ClockKind clock : {ClockKind::kVirtual, ClockKind::kWall}) {
    backend.description.capabilities.clock = clock;
    const LintReport report = Lint({{}, &backend});
    EXPECT_TRUE(report.Passed()) << InWords(report);
    EXPECT_EQ(report.findings.size(), 12U);
  }
}

TEST(LintDriver, PassesTheDriversInPython) {
  for (const char* name :
       {"python_minimal", "python_sqlite", "python_sqlite_naive", "python_file"}) {
    const std::string path =
        std::string(HOLDFAST_SOURCE_DIR "/conformance/backends/") + name + "/driver.py";
    const LintReport report = Lint({{"python3", path}, nullptr});
    EXPECT_TRUE(report.Passed()) << name << "\n" << InWords(report);
  }
}

TEST(LintDriver, SendsTheTimeWhereAVirtualClockIsClaimed) {
  FakeBackend backend;
  EXPECT_THAT(Finding(Lint({{}, &backend}), "an operation after close").sent,
              HasSubstr("\"now\":1000,"));
  backend.description.capabilities.clock = ClockKind::kWall;
  EXPECT_THAT(Finding(Lint({{}, &backend}), "an operation after close").sent,
              testing::Not(HasSubstr("now")));
}

TEST(LintDriver, ReportsADriverThatDoesNotStart) {
  const LintReport report = Lint({{"/no/such/driver"}, nullptr});
  EXPECT_FALSE(report.Passed());
  EXPECT_EQ(report.findings[0].outcome, Outcome::kFailed);
  EXPECT_THAT(report.findings[0].problem, HasSubstr("No such file"));
  EXPECT_EQ(report.findings[1].outcome, Outcome::kNotReached);
}

TEST(LintDriver, ReportsTheRequestThatADriverFails) {
  const struct {
    const char* op;
    const char* deed;
    const char* finding;
    const char* problem;
  } cases[] = {
      {"hello", "exit-3", "hello", "exited with status 3"},
      {"hello", "noise-lines", "hello", "not JSON"},
      {"hello", "noise-bytes", "hello", "16 MiB"},
      {"hello", "bad-claim", "hello", "clock"},
      {"close", "not-json", "close", "not JSON"},
      {"close", "other-re", "close", "\"re\" should be 9"},
      {"close", "no-outcome", "close", "schema"},
      {"close", "null-re", "close", "\"re\" should be 9"},
      {"close", "answer-and-more", "an operation after close", "not JSON"},
      {"close", "twice", "an operation after close", "before the request was sent"},
      {"garbage", "exit-3", "a line that is no JSON", "exited with status 3"},
      {"open", "refused", "open, with null for optional arguments and members of tomorrow", "ok"},
      {"register", "refused", "register, its key in escapes", "ok"},
      {"close", "refused", "close", "ok"},
      {"stop", "refused", "stop", "ok"},
      {"stop", "exit-3-after-answer", "stop", "exited with status 3"},
      {"stop", "answer-and-more", "stop", "not JSON"},
      {"stop", "twice", "stop", "after the answer to stop"},
      {"stop", "answer-and-half", "stop", "middle of a line"},
  };
  for (const auto& [op, deed, name, problem] : cases) {
    SCOPED_TRACE(std::string(op) + " " + deed);
    const LintReport report = Lint(Hostile(op, deed), kQuick);
    EXPECT_FALSE(report.Passed());
    const LintFinding& finding = Finding(report, name);
    EXPECT_EQ(finding.outcome, Outcome::kFailed);
    EXPECT_THAT(finding.problem, HasSubstr(problem));
    EXPECT_FALSE(finding.advice.empty());
  }
}

TEST(LintDriver, AsksNothingMoreOfADriverThatDoesNotSayHello) {
  for (const char* deed : {"refused", "other-re", "bad-claim", "noise-lines"}) {
    SCOPED_TRACE(deed);
    const LintReport report = Lint(Hostile("hello", deed), kQuick);
    EXPECT_EQ(report.findings[0].outcome, Outcome::kFailed);
    for (std::size_t at = 1; at < report.findings.size(); ++at) {
      EXPECT_EQ(report.findings[at].outcome, Outcome::kNotReached) << report.findings[at].name;
      EXPECT_EQ(report.findings[at].problem, "");
    }
  }
}

TEST(LintDriver, AsksNothingMoreOnceItIsInterrupted) {
  FakeBackend backend;
  const ScratchDir scratch;
  int asked = 0;
  const LintReport report =
      LintDriver({{}, &backend}, scratch.path(), kPatient, [&] { return ++asked > 3; });
  EXPECT_EQ(report.findings[2].outcome, Outcome::kPassed);
  EXPECT_EQ(report.findings[3].outcome, Outcome::kNotReached);
  EXPECT_FALSE(report.Passed());
}

// A driver that says yes to everything knows neither what is open nor what it does not know.
TEST(LintDriver, FailsADriverThatOnlySeemsToUnderstand) {
  const LintReport report = Lint(Hostile("nothing", "at all"));
  std::vector<std::string> failed;
  for (const LintFinding& finding : report.findings) {
    if (finding.outcome == Outcome::kFailed) failed.push_back(finding.name);
  }
  EXPECT_THAT(failed, testing::ElementsAre("hello for protocols that do not exist",
                                           "an operation before open", "an unknown operation",
                                           "lookup, the same key in plain characters",
                                           "lookup without its key", "an operation after close"));
}

}  // namespace
}  // namespace holdfast::conformance
