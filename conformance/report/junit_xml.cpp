#include "conformance/report/junit_xml.h"

#include <cstdio>

#include "conformance/report/plain_text.h"

namespace holdfast::conformance {
namespace {

// Text for an attribute or an element. XML 1.0 has no way to write most control characters.
std::string Xml(std::string_view text) {
  std::string xml;
  for (const char character : Printable(text)) {
    switch (character) {
      case '&':
        xml += "&amp;";
        break;
      case '<':
        xml += "&lt;";
        break;
      case '>':
        xml += "&gt;";
        break;
      case '"':
        xml += "&quot;";
        break;
      case '\n':
        xml += "&#10;";
        break;
      default:
        xml += character;
    }
  }
  return xml;
}

struct TestCase {
  std::string name;
  std::string outcome;  // "failure", "error", "skipped" or nothing for a pass
  std::string message;
  std::string text;
};

struct TestSuite {
  std::string name;
  double seconds = 0;
  std::vector<TestCase> cases;

  [[nodiscard]] std::size_t Count(std::string_view outcome) const {
    std::size_t count = 0;
    for (const TestCase& test : cases) count += test.outcome == outcome ? 1 : 0;
    return count;
  }
};

// The failure that is laid to the row's clause; of several one that was not expected.
const FailureRow* FailureLaidTo(const Certificate& certificate, const ClauseRow& row) {
  const FailureRow* laid = nullptr;
  for (const FailureRow& failure : certificate.failures) {
    const auto& clauses = failure.found.failure.clauses;
    if (failure.level != row.level || clauses.empty() || clauses.front() != row.id) continue;
    if (laid == nullptr || (laid->expected && !failure.expected)) laid = &failure;
  }
  return laid;
}

TestCase CaseFor(const Certificate& certificate, const ClauseRow& row) {
  TestCase test{row.id + " " + row.title, "", row.reason, ""};
  switch (row.verdict) {
    case ClauseVerdict::kPass:
      break;
    case ClauseVerdict::kFail:
      if (const FailureRow* failure = FailureLaidTo(certificate, row)) {
        test.outcome = failure->expected ? "skipped" : "failure";
        test.text = Joined(failure->story, "\n");
      } else {
        test.outcome = "failure";
      }
      break;
    case ClauseVerdict::kNotClaimed:
      test.outcome = "skipped";
      test.message = "not claimed: " + row.reason;
      break;
    case ClauseVerdict::kNotRun:
      test.outcome = "skipped";
      test.message = "not run: " + row.reason;
      break;
    case ClauseVerdict::kInconclusive:
      test.outcome = "error";
      test.message = "inconclusive: " + row.reason;
      break;
  }
  return test;
}

// What a level shows besides its clauses.
void AddRunCases(const Certificate& certificate, const LevelRow& level, TestSuite& suite) {
  if (level.fault) {
    suite.cases.push_back({"driver", "error", level.fault->message,
                           "it wrote: " + EscapedBytes(level.fault->bytes) +
                               "\nstderr: " + level.fault->stderr_tail});
  }
  for (const Expectation& stale : certificate.stale) {
    if (stale.level != level.level) continue;
    suite.cases.push_back({"expected failure of " + stale.clause, "failure",
                           "stale: it did not fail. Expected because: " + stale.reason, ""});
  }
}

std::vector<TestSuite> Suites(const Certificate& certificate) {
  std::vector<TestSuite> suites;
  for (const LevelRow& level : certificate.levels) {
    TestSuite suite{std::string(LevelName(level.level)), level.seconds, {}};
    for (const ClauseRow& row : certificate.clauses) {
      if (row.level == level.level) suite.cases.push_back(CaseFor(certificate, row));
    }
    AddRunCases(certificate, level, suite);
    if (!suite.cases.empty()) suites.push_back(std::move(suite));
  }
  TestSuite unjudged{"no level", 0, {}};
  for (const ClauseRow& row : certificate.clauses) {
    if (!row.level) unjudged.cases.push_back(CaseFor(certificate, row));
  }
  if (!unjudged.cases.empty()) suites.push_back(std::move(unjudged));
  return suites;
}

std::string Write(const TestCase& test, const std::string& suite) {
  const std::string head =
      "    <testcase classname=\"holdfast." + Xml(suite) + "\" name=\"" + Xml(test.name) + "\"";
  if (test.outcome.empty()) return head + "/>\n";
  return head + ">\n      <" + test.outcome + " message=\"" + Xml(test.message) + "\">" +
         Xml(test.text) + "</" + test.outcome + ">\n    </testcase>\n";
}

std::string Write(const TestSuite& suite) {
  char seconds[40];
  std::snprintf(seconds, sizeof seconds, "%.3f", suite.seconds);
  std::string xml = "  <testsuite name=\"" + Xml(suite.name) + "\" tests=\"" +
                    std::to_string(suite.cases.size()) + "\" failures=\"" +
                    std::to_string(suite.Count("failure")) + "\" errors=\"" +
                    std::to_string(suite.Count("error")) + "\" skipped=\"" +
                    std::to_string(suite.Count("skipped")) + "\" time=\"" + seconds + "\">\n";
  for (const TestCase& test : suite.cases) xml += Write(test, suite.name);
  return xml + "  </testsuite>\n";
}

}  // namespace

std::string JunitXml(const Certificate& certificate) {
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"holdfast " +
                    Xml(certificate.description.backend.name) + "\">\n";
  for (const TestSuite& suite : Suites(certificate)) xml += Write(suite);
  return xml + "</testsuites>\n";
}

}  // namespace holdfast::conformance
