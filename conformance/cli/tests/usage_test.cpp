// What the program answers to command lines that cannot be done, and to those that only ask.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "conformance/cli/tests/program_run.h"

namespace holdfast::conformance {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

struct Case {
  std::vector<std::string> arguments;
  const char* sentence;
};

void ExpectRefused(const std::vector<Case>& cases, int code) {
  const TestFolder folder;
  for (const auto& [arguments, sentence] : cases) {
    SCOPED_TRACE(testing::PrintToString(arguments));
    const Ended ended = RunHoldfast(arguments, folder.path());
    EXPECT_EQ(ended.code, code);
    EXPECT_THAT(ended.err, HasSubstr(sentence));
    EXPECT_THAT(ended.out, IsEmpty());
  }
  EXPECT_THAT(folder.Names(), IsEmpty()) << "nothing is written for a refused command line";
}

TEST(Usage, OfCertifyIsRefusedWithASentence) {
  ExpectRefused({{{"certify", "--bogus"}, "--bogus"},
                 {{"certify", "extra"}, "extra"},
                 {{"certify", "--backend"}, "--backend"},
                 {{"certify", "--backend", "oracle"}, "there are reference, memory"},
                 {{"certify", "--backend", ""}, "--backend: an empty name"},
                 {{"certify", "--backend", "memory", "--", "true"}, "give one of them"},
                 {{"certify", "--"}, "command line of a driver"},
                 {{"certify", "--", ""}, "command line of a driver"},
                 {{"certify", "--level", ""}, "there are sequential"},
                 {{"certify", "--level", "sequential,"}, "there are sequential"},
                 {{"certify", "--level", "swift"}, "\"swift\" is no level"},
                 {{"certify", "--budget", "60"}, "write 500ms, 60s, 2m"},
                 {{"certify", "--budget", "0s"}, "no time at all"},
                 {{"certify", "--budget=-5s"}, "write 500ms, 60s, 2m"},
                 {{"certify", "--seed", "-1"}, "--seed"},
                 {{"certify", "--seed", "one"}, "--seed"},
                 {{"certify", "--seed", "9007199254740992"}, "--seed"},
                 {{"certify", "--jobs", "0"}, "--jobs"},
                 {{"certify", "--jobs", ""}, "--jobs"},
                 {{"certify", "--timeout", "soon"}, "--timeout"},
                 {{"certify", "--dir", "no/such/dir"}, "no/such/dir is not an existing directory"},
                 {{"certify", "--dir", ""}, "--dir"},
                 {{"certify", "--expect", "none.json"}, "cannot read none.json"},
                 {{"certify", "--seed", "1", "--seed", "2"}, "--seed"}},
                2);
}

TEST(Usage, OfTheOtherCommandsIsRefusedWithASentence) {
  ExpectRefused({{{}, "certify"},
                 {{"certfy"}, "certfy"},
                 {{"list"}, "what"},
                 {{"list", "stores"}, "clauses, checks and backends"},
                 {{"list", "clauses", "--", "true"}, "takes no command"},
                 {{"explain"}, "clause"},
                 {{"explain", "TTL-22"}, "TTL-2"},
                 {{"replay"}, "file"},
                 {{"replay", "none.json"}, "cannot read none.json"},
                 {{"replay", "/"}, "is a directory"},
                 {{"replay", "/bin/true"}, "it is not JSON"},
                 {{"lint-driver"}, "--"},
                 {{"lint-driver", "--"}, "command line of a driver"}},
                2);
}

TEST(Usage, OfAnExpectationFileSaysWhereItIsWrong) {
  const TestFolder folder;
  const std::string file = folder.Write(
      "known.json", R"({"failures":[{"level":"sequential","clause":"TTL-99","reason":"x"}]})");
  const Ended ended = RunHoldfast({"certify", "--expect", file}, folder.path());
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("known.json: failures[0]: unknown clause \"TTL-99\""));
}

TEST(Environment, ThatDoesNotServeIsSaid) {
  const TestFolder folder;
  const std::string file = folder.Write("file", "");
  const Ended report =
      RunHoldfast({"certify", "--backend", "memory", "--report", file}, folder.path());
  EXPECT_NE(report.code, 0);
  EXPECT_THAT(report.err, HasSubstr("--report"));
  const Ended below =
      RunHoldfast({"certify", "--backend", "memory", "--report", file + "/x"}, folder.path());
  EXPECT_EQ(below.code, 2);
  EXPECT_THAT(below.err, HasSubstr("--report: the directory " + file +
                                   "/x cannot be made: Not a directory; name one"));
  const Ended missing = RunHoldfast({"certify", "--", "no-such-program"}, folder.path());
  EXPECT_EQ(missing.code, 4);
  EXPECT_THAT(missing.out, HasSubstr("cannot start \"no-such-program\""));
}

TEST(Usage, OfAFileThatCannotBeReadToItsEndIsRefused) {
  const TestFolder folder;
  const std::string pipe = (folder.path() / "pipe").string();
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const std::string huge = folder.Write("huge", "");
  std::filesystem::resize_file(huge, 17U << 20U);
  const Case cases[] = {
      {{"certify", "--expect", pipe}, "pipe is not a regular file"},
      {{"certify", "--expect", "/dev/zero"}, "/dev/zero is not a regular file"},
      {{"certify", "--expect", huge}, "is larger than 16 MiB"},
      {{"replay", pipe}, "pipe is not a regular file"},
  };
  for (const auto& [arguments, sentence] : cases) {
    SCOPED_TRACE(testing::PrintToString(arguments));
    const Ended ended = RunHoldfast(arguments, folder.path());
    EXPECT_EQ(ended.code, 2);
    EXPECT_THAT(ended.err, HasSubstr(sentence));
  }
}

TEST(Usage, IsRefusedInTextThatATerminalCanShow) {
  const TestFolder folder;
  for (const char* word : {"--back\x1b[2Jend", "\x1b]0;title\x07"}) {
    const Ended ended = RunHoldfast({"certify", word}, folder.path());
    EXPECT_EQ(ended.code, 2);
    EXPECT_THAT(ended.err, Not(HasSubstr("\x1b")));
    EXPECT_THAT(ended.err, HasSubstr("\\x1B"));
  }
}

TEST(Questions, AreAnsweredOnStandardOutput) {
  const TestFolder folder;
  const Case cases[] = {
      {{"--help"}, "Exit codes: 0 conforms"},
      {{"certify", "--help"}, "--budget"},
      {{"--version"}, "holdfast 0."},
      {{"list", "clauses"}, "TTL-2   MUST"},
      {{"list", "checks"}, "expiry-exact"},
      {{"list", "backends"}, "reference"},
      {{"explain", "TTL-2"}, "now >= expiresAt"},
      {{"explain", "ttl-2"}, "Why:"},
      {{"explain", "TTL-2"}, "; needs ttl"},
      {{"list", "checks"}, " max_entries,overflow=reject-new"},
      {{"explain", "PRO-12"}, "Untested:"},
  };
  for (const auto& [arguments, sentence] : cases) {
    SCOPED_TRACE(testing::PrintToString(arguments));
    const Ended ended = RunHoldfast(arguments, folder.path());
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_THAT(ended.out, HasSubstr(sentence));
    EXPECT_THAT(ended.err, IsEmpty());
    EXPECT_THAT(ended.out, Not(HasSubstr("\x1b"))) << "no colours but on a terminal";
  }
  EXPECT_THAT(RunHoldfast({"list", "backends"}, folder.path()).out, StartsWith("reference"));
}

}  // namespace
}  // namespace holdfast::conformance
