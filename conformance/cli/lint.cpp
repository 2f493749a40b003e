#include "conformance/cli/lint.h"

#include "conformance/campaign/files.h"
#include "conformance/cli/interruption.h"
#include "conformance/cli/orphans.h"
#include "conformance/cli/screen.h"
#include "conformance/lint/lint_driver.h"
#include "conformance/report/plain_text.h"

namespace holdfast::conformance {
namespace {

std::string_view OutcomeName(LintFinding::Outcome outcome) {
  switch (outcome) {
    case LintFinding::Outcome::kPassed:
      return "pass       ";
    case LintFinding::Outcome::kFailed:
      return "FAIL       ";
    case LintFinding::Outcome::kNotReached:
      return "not reached";
  }
  return "";
}

std::string Tell(const LintFinding& finding) {
  std::string text = std::string(OutcomeName(finding.outcome)) + "  " + finding.name + " (" +
                     Joined(finding.clauses, ", ") + ")\n";
  if (finding.outcome != LintFinding::Outcome::kFailed) return text;
  text += "             sent      " + EscapedBytes(finding.sent) + "\n";
  text += "             received  ";
  text += (finding.received.empty() ? "nothing" : EscapedBytes(finding.received)) + "\n";
  text += "             problem   " + Printable(finding.problem) + "\n";
  if (!finding.advice.empty()) text += "             advice    " + finding.advice + "\n";
  return text;
}

}  // namespace

ExitCode Lint(const DriverSource& source, const std::filesystem::path& dir,
              const DriverTimeouts& timeouts) {
  const ScratchDir scratch(dir);
  const OrphanKeeper orphans;
  const LintReport report = LintDriver(source, scratch.path().string(), timeouts, IsInterrupted);
  Screen screen;
  std::size_t passed = 0;
  for (const LintFinding& finding : report.findings) {
    screen.Say(Tell(finding));
    passed += finding.outcome == LintFinding::Outcome::kPassed ? 1 : 0;
  }
  if (!report.Passed() && !report.stderr_tail.empty()) {
    screen.Say("stderr ends with\n" + Printable(report.stderr_tail) + "\n");
  }
  if (IsInterrupted()) screen.Say("interrupted\n");
  screen.Say(std::to_string(passed) + " of " + std::to_string(report.findings.size()) +
             " requests passed\n");
  if (report.Passed()) return ExitCode::kConforms;
  return IsInterrupted() ? ExitCode::kIncomplete : ExitCode::kDriverFault;
}

}  // namespace holdfast::conformance
