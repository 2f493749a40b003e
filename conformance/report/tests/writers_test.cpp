// Each writer against a checked-in text. With HOLDFAST_WRITE_GOLDEN set in the environment the
// texts are written anew, and the tests fail once, so that nobody does it unseen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "conformance/report/certificate_json.h"
#include "conformance/report/certificate_markdown.h"
#include "conformance/report/junit_xml.h"
#include "conformance/report/terminal.h"
#include "conformance/report/tests/samples.h"
#include "holdfast/spec/schemas.h"

namespace holdfast::conformance {
namespace {

using testing::HasSubstr;
using testing::Not;

void ExpectGolden(const std::string& text, const std::string& name) {
  const std::string path = HOLDFAST_SOURCE_DIR "/conformance/report/tests/golden/" + name;
  if (std::getenv("HOLDFAST_WRITE_GOLDEN") != nullptr) {
    std::ofstream(path) << text;
    FAIL() << "wrote " << path;
  }
  std::ostringstream golden;
  golden << std::ifstream(path).rdbuf();
  EXPECT_EQ(text, golden.str()) << path;
}

// A row of each kind, with texts that each format has to escape.
Certificate SampleCertificate() {
  Certificate certificate = MakeCertificate(FailingResults());
  certificate.suite_version = "0.1.0";
  certificate.clauses_hash = "0123456789abcdef";
  certificate.description.backend.name = "shop <&> |\x1b[1m|";
  certificate.levels[1].verdict = Verdict::kDriverError;
  certificate.levels[1].reason = "it ended";
  certificate.levels[1].fault = DriverFault{DriverFault::Kind::kBadLine, "no reply: \"<a>\"",
                                            "{\"re\":\n\xFF", "Traceback\n  line 2"};
  certificate.levels.back().outages = SampleOutages();
  certificate.clauses = {
      {"OPS-1", "Register is an upsert", Level::kSequential, ClauseVerdict::kPass, ""},
      {"OPS-2", "Lookup changes nothing", Level::kSequential, ClauseVerdict::kInconclusive,
       "met 3 of 20 times: a lookup"},
      {"TTL-2", "Expiry is exact", Level::kSequential, ClauseVerdict::kFail,
       "an expired entry is visible"},
      {"CAP-3", "A store that rejects", Level::kSequential, ClauseVerdict::kNotClaimed,
       "the claims leave out: a refusal"},
      {"CON-1", "Linearizable", Level::kConcurrent, ClauseVerdict::kNotRun, "the level\nis not"},
      {"CON-5", "Never robbed", Level::kConcurrent, ClauseVerdict::kNotRun, "the level\nis not"},
      {"PRO-1", "A line is one object", std::nullopt, ClauseVerdict::kNotRun, "the driver's"},
  };
  certificate.failures[0].replay = "shop-TTL-2-01234567.replay.json";
  certificate.failures.push_back(certificate.failures[0]);
  certificate.failures[1].story = {"OPS-2: \"]]> & |\x1b", "  1 lookup \"a\""};
  certificate.failures[1].found.failure.clauses = {"OPS-2"};
  certificate.failures[1].found.failure.title = "\"]]> & |\x1b";
  certificate.failures[1].expected = "ticket 5";
  certificate.failures[1].kept = true;
  certificate.stale = {{Level::kSequential, "OPS-3", "gone", "ticket 6"}};
  certificate.verdict = RunVerdict::kDriverError;
  return certificate;
}

TEST(CertificateJson, IsWrittenAsAgreed) {
  ExpectGolden(CertificateJson(SampleCertificate()), "certificate.json");
}

TEST(CertificateJson, KeepsItsSchema) {
  RunResults faulty = PassingResults();
  faulty.reports[0].verdict = Verdict::kDriverError;
  faulty.reports[0].fault = DriverFault{DriverFault::Kind::kExited, "it ended", "\xFF", "\xFE"};
  RunResults losing = PassingResults();
  losing.reports.push_back({});
  losing.reports.back().level = Level::kPower;
  losing.reports.back().outages = SampleOutages();
  for (const RunResults& results :
       {PassingResults(), FailingResults(), faulty, losing, RunResults{}}) {
    const Json json = Json::parse(CertificateJson(MakeCertificate(results)));
    const auto valid = ValidateAgainst(SchemaName::kCertificate, json);
    EXPECT_TRUE(valid.has_value()) << valid.error();
  }
  const Json sample = Json::parse(CertificateJson(SampleCertificate()));
  const auto valid = ValidateAgainst(SchemaName::kCertificate, sample);
  EXPECT_TRUE(valid.has_value()) << valid.error();
}

TEST(CertificateMarkdown, IsWrittenAsAgreed) {
  ExpectGolden(CertificateMarkdown(SampleCertificate()), "certificate.md");
}

TEST(JunitXml, IsWrittenAsAgreed) { ExpectGolden(JunitXml(SampleCertificate()), "junit.xml"); }

TEST(TerminalReport, IsWrittenAsAgreed) {
  ExpectGolden(TerminalReport(SampleCertificate(), {false, "my reports"}), "terminal.txt");
}

TEST(TerminalReport, IsWithoutColoursUnlessAsked) {
  EXPECT_THAT(TerminalReport(SampleCertificate()), Not(HasSubstr("\x1b")));
  EXPECT_THAT(TerminalReport(SampleCertificate(), {true, "."}),
              HasSubstr("\x1b[31mdriver-error\x1b[0m"));
}

// OPS-1 could not be arranged by a level that was run, and that is said.
TEST(TerminalReport, ListsNoClauseAsLeftOutThatALevelJudged) {
  Certificate certificate = MakeCertificate(PassingResults());
  certificate.clauses = {
      {"OPS-1", "", Level::kSequential, ClauseVerdict::kNotRun, "not arranged"},
      {"OPS-1", "", Level::kCrash, ClauseVerdict::kPass, ""},
      {"QUA-1", "", Level::kFiles, ClauseVerdict::kNotRun, "not asked for"},
      {"DUR-2", "", Level::kCrash, ClauseVerdict::kFail, "a change is lost"},
      {"DUR-2", "", Level::kFault, ClauseVerdict::kNotRun, "not asked for"},
      {"DUR-4", "", Level::kPower, ClauseVerdict::kNotClaimed, "the claims leave out: it"},
      {"DUR-6", "", Level::kFault, ClauseVerdict::kInconclusive, "met too rarely"},
      {"DUR-6", "", Level::kPower, ClauseVerdict::kNotRun, "not asked for"},
      {"DUR-8", "", Level::kCrash, ClauseVerdict::kPass, ""},
      {"DUR-8", "", Level::kPower, ClauseVerdict::kNotClaimed, "the claims leave out: it"},
  };
  EXPECT_THAT(TerminalReport(certificate),
              HasSubstr("\nnot claimed\n    DUR-4\n"
                        "\nnot run\n  not arranged\n    OPS-1\n  not asked for\n    QUA-1\n"
                        "\nclauses, level by level: 2 pass, 1 fail, 1 inconclusive, "
                        "2 not-claimed, 4 not-run\n"));
}

TEST(TerminalReport, ShowsWhatADriverAtFaultWrote) {
  const DriverFault fault{DriverFault::Kind::kBadLine, "no reply", "\x01half", "last words"};
  EXPECT_EQ(TellFault(fault),
            "driver fault (bad-line): no reply\n"
            "  it wrote  \"\\x01half\"\n"
            "  stderr ends with\n"
            "    last words\n");
}

TEST(TerminalReport, ShowsWhatADriverAtFaultWasAskedAndTheStepsBefore) {
  RunResults faulty = PassingResults();
  faulty.reports[0].verdict = Verdict::kDriverError;
  faulty.reports[0].fault =
      DriverFault{DriverFault::Kind::kTimeout, "too late", "", "", "{\"id\":3}\n"};
  faulty.reports[0].faulty = SampleFailure();
  Certificate certificate = MakeCertificate(faulty);
  certificate.levels[0].fault_replay = "shop.replay.json";
  const std::string report = TerminalReport(certificate, {false, "kept"});
  EXPECT_THAT(report, HasSubstr("no reply to {\"id\":3}"));
  EXPECT_THAT(report, HasSubstr("the steps before"));
  EXPECT_THAT(report, HasSubstr("2 clock +50 ms"));
  EXPECT_THAT(report, HasSubstr("replay with: holdfast replay kept/shop.replay.json"));
}

TEST(TerminalReport, SaysWhereThereWasNoTimeToCutAFailureDown) {
  RunResults failing = FailingResults();
  EXPECT_THAT(TerminalReport(MakeCertificate(failing)), Not(HasSubstr("out of time")));
  failing.reports[0].failures[0].cut_short = true;
  EXPECT_THAT(TerminalReport(MakeCertificate(failing)),
              HasSubstr("not cut down further: out of time"));
}

}  // namespace
}  // namespace holdfast::conformance
