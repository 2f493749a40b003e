// Drivers that misbehave: exit code 4 where nothing was proven before, what they wrote is shown,
// nothing hangs, what was learnt before is kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/cli/tests/program_run.h"
#include "holdfast/spec/schemas.h"

namespace holdfast::conformance {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> Hostile(const std::string& op, const std::string& deed) {
  // Short only where the deadline is what the test waits for.
  const char* timeout = deed == std::string("silence") ? "2s" : "60s";
  return {"certify", "--budget", "1s", "--timeout", timeout, "--", HOLDFAST_HOSTILE_DRIVER,
          op,        deed};
}

TEST(HostileDriver, IsFoundOutAtHello) {
  const TestFolder folder;
  const struct {
    const char* deed;
    const char* message;
    const char* bytes;
  } cases[] = {
      {"noise-lines", "more than 64 lines", "\"noise\""},
      {"noise-bytes", "more than 16 MiB", "xxxx"},
      {"exit-0", "exited with status 0", "nothing"},
      {"exit-3", "exited with status 3", "Traceback: it went wrong"},
      {"silence", "did not answer hello", "nothing"},
      {"other-re", "never sent", "4711"},
      {"twice", "second time", "hostile"},
      {"half-a-line", "middle of a line", "{\"re\":1,\"ok\":{\"fou"},
      {"17-mib", "more than 16 MiB", "{\"re\":1,\"x\":\"xxx"},
      {"sigkill", "killed by SIGKILL", "nothing"},
  };
  for (const auto& [deed, message, bytes] : cases) {
    SCOPED_TRACE(deed);
    const Ended ended = RunHoldfast(Hostile("hello", deed), folder.path());
    EXPECT_EQ(ended.code, 4) << ended.out;
    EXPECT_THAT(ended.out, AllOf(HasSubstr("driver fault"), HasSubstr(message), HasSubstr(bytes)));
    EXPECT_THAT(ended.out, HasSubstr("verdict: driver-error"));
  }
  EXPECT_THAT(folder.Names(), IsEmpty());
}

TEST(HostileDriver, IsFoundOutInTheMiddleOfALevel) {
  const struct {
    const char* deed;
    const char* message;
    const char* bytes;
  } cases[] = {
      {"noise-lines", "is not JSON", "\"noise\""},
      {"exit-3", "exited with status 3", "Traceback: it went wrong"},
      {"silence", "did not answer register", "nothing"},
      {"other-re", "never sent", "4711"},
      {"twice", "second time", "{\"ok\":{}"},
      {"half-a-line", "middle of a line", "{\"re\":1,\"ok\":{\"fou"},
      {"17-mib", "more than 16 MiB", "{\"re\":1,\"x\":\"xxx"},
      {"sigkill", "killed by SIGKILL", "nothing"},
  };
  for (const auto& [deed, message, bytes] : cases) {
    SCOPED_TRACE(deed);
    const TestFolder folder;
    const Ended ended = RunHoldfast(Hostile("register", deed), folder.path());
    EXPECT_EQ(ended.code, 4) << ended.out << ended.err;
    EXPECT_THAT(ended.out, AllOf(HasSubstr("driver fault"), HasSubstr(message), HasSubstr(bytes)));
    EXPECT_THAT(ended.out, HasSubstr("verdict: driver-error"));
  }
}

TEST(HostileDriver, DoesNotTakeEarlierResultsWithIt) {
  const TestFolder folder;
  std::vector<std::string> arguments = Hostile("lookup", "twice");
  arguments.insert(arguments.begin() + 1, {"--report", "out"});
  const Ended ended = RunHoldfast(arguments, folder.path());
  // It had lost an entry by then, and that stays proven.
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("driver fault"));
  EXPECT_THAT(ReadText(folder.path() / "out/certificate.json"),
              AllOf(HasSubstr("\"verdict\": \"fail\""), HasSubstr("\"fault\""),
                    HasSubstr("\"programs\": 1")));
  EXPECT_THAT(ReadText(folder.path() / "out/junit.xml"), HasSubstr("<error message=\"the driver"));
}

TEST(HostileDriver, GetsACertificateEvenWhereItDoesNotSayHello) {
  const TestFolder folder;
  std::vector<std::string> arguments = Hostile("hello", "exit-3");
  arguments.insert(arguments.begin() + 1, {"--report", "out"});
  const Ended ended = RunHoldfast(arguments, folder.path());
  EXPECT_EQ(ended.code, 4) << ended.out << ended.err;
  const Json certificate = Json::parse(ReadText(folder.path() / "out/certificate.json"));
  const auto valid = ValidateAgainst(SchemaName::kCertificate, certificate);
  EXPECT_TRUE(valid.has_value()) << valid.error();
  EXPECT_EQ(certificate["verdict"], "driver-error");
  EXPECT_EQ(certificate["capabilities"], nullptr);
  EXPECT_THAT(certificate["backend"]["name"].get<std::string>(), HasSubstr("hello exit-3"));
  EXPECT_EQ(certificate["levels"][0]["verdict"], "driver-error");
  EXPECT_EQ(certificate["levels"][0]["programs"], 0);
  for (const Json& clause : certificate["clauses"]) EXPECT_EQ(clause["verdict"], "not-run");
}

TEST(HostileDriver, FailsTheLintWithWhatItWrote) {
  const TestFolder folder;
  const Ended ended = RunHoldfast(
      {"lint-driver", "--", HOLDFAST_HOSTILE_DRIVER, "hello", "other-re"}, folder.path());
  EXPECT_EQ(ended.code, 4) << ended.out << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("FAIL"), HasSubstr("4711")));
}

TEST(GoodDriver, PassesTheLint) {
  const TestFolder folder;
  const Ended ended =
      RunHoldfast({"lint-driver", "--", HOLDFAST_MUTANT_DRIVER, "none"}, folder.path());
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("12 of 12 requests passed"));
}

}  // namespace
}  // namespace holdfast::conformance
