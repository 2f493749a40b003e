// `holdfast certify` and `holdfast replay` from end to end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "conformance/cli/tests/program_run.h"
#include "holdfast/spec/schemas.h"

namespace holdfast::conformance {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::vector<std::string> kTtlMutant = {"--", HOLDFAST_MUTANT_DRIVER, "ttl-boundary"};

std::vector<std::string> Certify(const std::vector<std::string>& options,
                                 const std::vector<std::string>& command = {}) {
  std::vector<std::string> arguments = {"certify"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  arguments.insert(arguments.end(), command.begin(), command.end());
  return arguments;
}

Json CertificateIn(const std::filesystem::path& folder) {
  const Json json = Json::parse(ReadText(folder / "certificate.json"));
  const auto valid = ValidateAgainst(SchemaName::kCertificate, json);
  EXPECT_TRUE(valid.has_value()) << valid.error();
  return json;
}

Json WithoutTimes(Json certificate) {
  for (Json& level : certificate["levels"]) level["seconds"] = 0;
  return certificate;
}

TEST(Certify, PassesAStoreThatKeepsItsPromisesAndLeavesNothingBehind) {
  const TestFolder folder;
  const TestFolder stores;
  const Ended ended = RunHoldfast(
      Certify({"--backend", "memory", "--dir", stores.path().string(), "--report", "report"}),
      folder.path());
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("verdict: pass"));
  EXPECT_THAT(ended.out, AllOf(HasSubstr("not claimed\n"), HasSubstr("not run\n")));
  EXPECT_THAT(ended.err, IsEmpty());
  EXPECT_THAT(stores.Names(), IsEmpty());
  EXPECT_THAT(folder.Names(), ElementsAre("report"));
  const Json certificate = CertificateIn(folder.path() / "report");
  EXPECT_EQ(certificate["verdict"], "pass");
  EXPECT_THAT(ReadText(folder.path() / "report/certificate.md"), HasSubstr(": pass"));
  EXPECT_THAT(ReadText(folder.path() / "report/junit.xml"), HasSubstr("failures=\"0\""));
}

TEST(Certify, GivesTheSameCertificateForTheSameSeed) {
  const TestFolder folder;
  Json certificates[3];
  const char* seeds[] = {"5", "5", "6"};
  for (std::size_t at = 0; at < 3; ++at) {
    const std::string report = "report-" + std::to_string(at);
    const Ended ended = RunHoldfast(
        Certify({"--backend", "memory", "--level", "sequential", "--budget", "5s", "--seed",
                 seeds[at], "--jobs", std::to_string(at + 1), "--report", report}),
        folder.path());
    if (ended.out.find("the budget ended") != std::string::npos) {
      // Only a budget that sufficed promises the same certificate.
      ASSERT_THAT(ended.code, testing::AnyOf(0, 3)) << ended.out;
      std::cout << "This test is not run: the machine is too busy for the budget's programs.\n";
      return;
    }
    certificates[at] = WithoutTimes(CertificateIn(folder.path() / report));
  }
  EXPECT_EQ(certificates[0], certificates[1]);
  EXPECT_NE(certificates[0], certificates[2]);
}

TEST(Certify, TellsWhatItFoundBeforeAReportThatCannotBeWritten) {
  const TestFolder folder;
  std::filesystem::create_directories(folder.path() / "out/certificate.md");
  const Ended ended = RunHoldfast(
      Certify({"--backend", "memory", "--budget", "50ms", "--report", "out"}), folder.path());
  EXPECT_EQ(ended.code, 4) << ended.out;
  EXPECT_THAT(ended.out, HasSubstr("verdict: inconclusive"));
  EXPECT_THAT(ended.err, AllOf(HasSubstr("--report: cannot write out/certificate.md"),
                               HasSubstr("Is a directory")));
  EXPECT_THAT(NamesIn(folder.path() / "out"), ElementsAre("certificate.json", "certificate.md"));
}

TEST(Certify, DoesNotWriteThroughALinkInItsReport) {
  const TestFolder folder;
  const std::string precious = folder.Write("precious", "as it was");
  std::filesystem::create_directory(folder.path() / "out");
  std::filesystem::create_symlink(precious, folder.path() / "out/certificate.json.new");
  std::filesystem::create_symlink(precious, folder.path() / "out/certificate.json");
  (void)RunHoldfast(Certify({"--backend", "memory", "--budget", "50ms", "--report", "out"}),
                    folder.path());
  EXPECT_EQ(ReadText(precious), "as it was");
  EXPECT_EQ(CertificateIn(folder.path() / "out")["verdict"], "inconclusive");
}

TEST(Certify, RefusesAPeerOfAnotherFormat) {
  const TestFolder folder;
  const Ended ended = RunHoldfast(Certify({"--level", "files", "--peer", "memory"}), folder.path());
  EXPECT_EQ(ended.code, 2) << ended.out;
  EXPECT_THAT(ended.err, HasSubstr("keeps the format \"envelope/1\" and memory"));
}

TEST(Replay, IsRefusedWhereTheDriverClaimsFewerStoresThanItOpens) {
  const TestFolder folder;
  Json replay = Json::parse(R"({"format": 1, "level": "sequential", "backend": {"name": "memory"},
    "capabilities": {}, "seed": 1, "rate": {"runs": 1, "failed": 1},
    "program": {"setup": {"stores": [], "max_entries": 5, "start_ms": 1000},
                "steps": [{"call": "lookup", "args": {"key": "a"}}]},
    "failure": {"clauses": ["OPS-2"], "title": "lost", "story": ""}})");
  for (int store = 0; store < 9; ++store)
    replay["program"]["setup"]["stores"].push_back({{"namespace", "demo"}});
  const std::string file = folder.Write("many.replay.json", replay.dump());
  const Ended refused = RunHoldfast({"replay", file}, folder.path());
  EXPECT_EQ(refused.code, 2) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("opens 9 stores at once, and the driver claims instances 8"));
  replay["program"]["setup"]["stores"].erase(8);
  (void)folder.Write("many.replay.json", replay.dump());
  const Ended replayed = RunHoldfast({"replay", file}, folder.path());
  EXPECT_EQ(replayed.code, 0) << replayed.out << replayed.err;
  EXPECT_THAT(replayed.out, HasSubstr("did not fail: 0 of 1 times"));
}

TEST(Replay, IsInconclusiveWhereTheProcessTakesAnotherWayToTheStep) {
  const TestFolder folder;
  const Json replay = Json::parse(R"({"format": 1, "level": "crash",
    "backend": {"name": "reference"}, "capabilities": {}, "seed": 1,
    "rate": {"runs": 1, "failed": 1}, "failure": {"clauses": ["DUR-2"], "title": "lost",
    "story": ""},
    "program": {"start_ms": 1000, "max_entries": 5, "fill": [],
      "calls": [{"call": "register", "args": {"key": "a", "record": 1}}],
      "plan": {"actions": [{"at": {"process": 0, "operation": 2, "ordinal": 0}, "do": "kill"}]},
      "approach": {"hash": "00000000000000000000000000000000", "steps": ["answers", "frobnicate"]}}
    })");
  const Ended ended =
      RunHoldfast({"replay", folder.Write("other.replay.json", replay.dump())}, folder.path());
  EXPECT_EQ(ended.code, 3) << ended.out << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("inconclusive 1 of 1 times: the process takes another way"));
  EXPECT_THAT(ended.out, Not(HasSubstr("did not fail")));
}

TEST(Certify, CallsAnExpectationStaleThatDoesNotFail) {
  const TestFolder folder;
  const std::string known = folder.Write(
      "known.json", R"({"failures":[{"level":"sequential","clause":"OPS-1","reason":"old"}]})");
  const Ended ended =
      RunHoldfast(Certify({"--backend", "memory", "--expect", known}), folder.path());
  EXPECT_EQ(ended.code, 1) << ended.out;
  EXPECT_THAT(ended.out, HasSubstr("STALE  OPS-1"));
}

TEST(Certify, IsIncompleteForALevelThatCannotRun) {
  const TestFolder folder;
  const Ended ended =
      RunHoldfast(Certify({"--backend", "memory", "--level", "power"}), folder.path());
  EXPECT_EQ(ended.code, 3) << ended.out;
  EXPECT_THAT(ended.out, HasSubstr("verdict: incomplete"));
}

TEST(Certify, IsInconclusiveWhereTooLittleWasMet) {
  const TestFolder folder;
  const Ended ended =
      RunHoldfast(Certify({"--backend", "memory", "--budget", "50ms"}), folder.path());
  EXPECT_EQ(ended.code, 3) << ended.out;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("verdict: inconclusive"), ContainsRegex("met [0-9]+ of")));
}

TEST(Certify, FailsABrokenStoreKeepsTheFailureAndRunsItFirstNextTime) {
  const TestFolder folder;
  const Ended first =
      RunHoldfast(Certify({"--level", "sequential", "--budget", "20s"}, kTtlMutant), folder.path());
  EXPECT_EQ(first.code, 1) << first.out << first.err;
  EXPECT_THAT(first.out, HasSubstr("FAIL  TTL-2"));
  ASSERT_THAT(folder.Names(), ElementsAre(".holdfast"));
  const auto entry = *std::filesystem::directory_iterator(folder.path() / ".holdfast");
  const std::string kept = ".holdfast/" + entry.path().filename().string();
  EXPECT_THAT(first.out, HasSubstr("replay with: holdfast replay " + kept));

  const Ended second = RunHoldfast(Certify({"--budget", "50ms"}, kTtlMutant), folder.path());
  EXPECT_EQ(second.code, 1) << second.out << second.err;
  EXPECT_THAT(second.out, HasSubstr("kept failure " + kept + ": fails again"));

  const Ended other =
      RunHoldfast(Certify({"--budget", "50ms", "--backend", "memory"}), folder.path());
  EXPECT_THAT(other.out, Not(HasSubstr("kept failure")));

  const Ended replay = RunHoldfast({"replay", kept, "--times", "3"}, folder.path());
  EXPECT_EQ(replay.code, 1) << replay.out << replay.err;
  EXPECT_THAT(replay.out, AllOf(HasSubstr("TTL-2"), HasSubstr("failed 3 of 3 times")));

  const Ended mended =
      RunHoldfast({"replay", kept, "--", HOLDFAST_MUTANT_DRIVER, "none"}, folder.path());
  EXPECT_EQ(mended.code, 0) << mended.out << mended.err;
  EXPECT_THAT(mended.out, HasSubstr("did not fail: 0 of 1 times"));

  const Ended humbler =
      RunHoldfast({"replay", kept, "--", HOLDFAST_HOSTILE_DRIVER, "x", "y"}, folder.path());
  EXPECT_THAT(humbler.out, HasSubstr("\"claim\": true is now false"));
}

TEST(Certify, WritesFailuresIntoTheReport) {
  const TestFolder folder;
  const Ended ended =
      RunHoldfast(Certify({"--budget", "20s", "--report", "out"}, kTtlMutant), folder.path());
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  const Json certificate = CertificateIn(folder.path() / "out");
  ASSERT_THAT(certificate["failures"], Not(SizeIs(0)));
  const Json failure = certificate["failures"][0];
  EXPECT_EQ(failure["clauses"][0], "TTL-2");
  const Json replay =
      Json::parse(ReadText(folder.path() / "out" / failure["replay"].get<std::string>()));
  const auto valid = ValidateAgainst(SchemaName::kReplay, replay);
  EXPECT_TRUE(valid.has_value()) << valid.error();
  EXPECT_LE(replay["program"]["steps"].size(), 4U);
  EXPECT_THAT(folder.Names(), ElementsAre("out"));
}

}  // namespace
}  // namespace holdfast::conformance
