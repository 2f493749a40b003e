// What a driver can do wrong, and that each of it is told apart, with the bytes, without a hang.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/actor/tests/hostile.h"

namespace holdfast::conformance {
namespace {

using Kind = DriverFault::Kind;
using testing::HasSubstr;

// The fault of a lookup, asked of a driver that got through hello.
DriverFault FaultOfLookup(const std::string& deed, const DriverTimeouts& timeouts = kPatient) {
  auto client = DriverClient::Start(Hostile("lookup", deed), timeouts);
  if (!client) {
    ADD_FAILURE() << client.error().message;
    return {};
  }
  const auto result = client->Call(kLookup, {});
  if (result) {
    ADD_FAILURE() << "the lookup was answered";
    return {};
  }
  const auto again = client->Call(kLookup, {});
  EXPECT_FALSE(again.has_value()) << "a fault leaves the client dead";
  if (!again) {
    EXPECT_EQ(again.error().message, result.error().message);
  }
  return result.error();
}

TEST(HostileDriver, IsToldApartByItsDeed) {
  const struct {
    const char* deed;
    Kind kind;
    const char* message;
    const char* bytes;
  } cases[] = {
      {"exit-0", Kind::kExited, "exited with status 0 instead of answering lookup (request 1)", ""},
      {"exit-3", Kind::kExited, "exited with status 3", ""},
      {"sigkill", Kind::kExited, "was killed by SIGKILL", ""},
      {"sigsegv", Kind::kExited, "was killed by SIGSEGV", ""},
      {"half-a-line", Kind::kBadLine, "middle of a line", "{\"re\":1,\"ok\":{\"fou"},
      {"half-a-line-sigkill", Kind::kExited, "was killed by SIGKILL", "{\"re\":1,\"ok\":{\"fou"},
      {"close-output-and-exit", Kind::kExited, "exited with status 5", ""},
      {"noise-lines", Kind::kBadLine, "not JSON", "noise"},
      {"events-for-ever", Kind::kNoise, "without end", ""},
      {"not-json", Kind::kBadLine, "not JSON", "this is no JSON"},
      {"not-utf8", Kind::kBadLine, "not JSON", "\xC3\x28"},
      {"array", Kind::kBadLine, "not an object", "[1,2]"},
      {"nothing-named", Kind::kBadLine, "neither", "{\"ok\":{}}"},
      {"null-re", Kind::kBadReply, "could not decode", "cannot decode"},
      {"string-re", Kind::kBadReply, "\"re\"", "{\"re\":\"1\",\"ok\":{}}"},
      {"other-re", Kind::kBadReply, "4711, which was never sent", "4711"},
      {"wrapped-re", Kind::kBadReply, "must be a request's id", "18446744073709551615"},
      {"earlier-re", Kind::kBadReply, "request 0 a second time", "\"re\":0"},
      {"no-outcome", Kind::kBadReply, "either", "{\"re\":1}"},
      {"two-outcomes", Kind::kBadReply, "either", "\"err\""},
      {"ok-no-object", Kind::kBadReply, "must be an object", "true"},
      {"found-missing", Kind::kBadReply, "lookup (request 1): \"found\"", "{\"re\":1,\"ok\":{}}"},
      {"record-missing", Kind::kBadReply, "\"record\"", "{\"found\":true}"},
      {"code-unknown", Kind::kBadReply, "\"code\"", "oops"},
      {"effect-missing", Kind::kBadReply, "\"effect\"", "\"io\""},
      {"effect-impossible", Kind::kBadReply, "busy", "unknown"},
      {"event-unknown", Kind::kBadLine, "quarantine", "party"},
      {"event-no-path", Kind::kBadLine, "\"path\"", "quarantine"},
      {"event-reason", Kind::kBadLine, "\"reason\"", "boredom"},
      {"event-version", Kind::kBadLine, "\"version\"", "1.5"},
      {"too-deep", Kind::kBadLine, "nests deeper", "[[[["},
      {"17-mib", Kind::kOversizeLine, "16 MiB", "{\"re\":1,\"x\":\"xxx"},
  };
  for (const auto& [deed, kind, message, bytes] : cases) {
    SCOPED_TRACE(deed);
    const DriverFault fault = FaultOfLookup(deed);
    EXPECT_EQ(DriverFaultName(fault.kind), DriverFaultName(kind));
    EXPECT_THAT(fault.message, HasSubstr(message));
    EXPECT_THAT(fault.bytes, HasSubstr(bytes));
    EXPECT_LE(fault.bytes.size(), 4096U);
  }
}

TEST(HostileDriver, IsAwaitedNoLongerThanTold) {
  EXPECT_EQ(FaultOfLookup("silence", kImpatient).kind, Kind::kTimeout);
  EXPECT_EQ(FaultOfLookup("stderr-for-ever", kImpatient).kind, Kind::kTimeout);
  const DriverFault half = FaultOfLookup("half-a-line-silence", kImpatient);
  EXPECT_EQ(half.kind, Kind::kTimeout);
  EXPECT_EQ(half.bytes, "{\"re\":");
  const DriverFault closed = FaultOfLookup("close-output", kImpatient);
  EXPECT_EQ(closed.kind, Kind::kExited);
  EXPECT_THAT(closed.message, HasSubstr("closed its output"));
}

TEST(HostileDriver, ThatAnswersTwiceIsFoundOutBeforeTheNextRequest) {
  auto client = DriverClient::Start(Hostile("lookup", "twice"), kPatient);
  ASSERT_TRUE(client.has_value());
  ASSERT_TRUE(client->Call(kLookup, {}).has_value()) << "the first answer is a good one";
  const auto second = client->Call(kLookup, {});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, Kind::kBadReply);
  EXPECT_THAT(second.error().message, HasSubstr("request 1 a second time"));
}

TEST(HostileDriver, CannotBlockTheSuiteWithItsErrors) {
  auto client = DriverClient::Start(Hostile("lookup", "stderr-flood"), kPatient);
  ASSERT_TRUE(client.has_value());
  ASSERT_TRUE(client->Call(kLookup, {}).has_value());
  const std::string tail = client->StderrTail();
  EXPECT_EQ(tail, std::string(4096 - 7, 'e') + "the end");
}

TEST(HostileDriver, ThatDoesNotReadIsNotWaitedForForEver) {
  auto client = DriverClient::Start(Hostile("lookup", "not-reading"), kImpatient);
  ASSERT_TRUE(client.has_value());
  ASSERT_TRUE(client->Call(kLookup, {}).has_value());
  const Operation big{OpKind::kRegister, "a", std::string(std::size_t{15} << 20U, 'x'), {}};
  const auto result = client->Call(big, {});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, Kind::kTimeout);
  EXPECT_THAT(result.error().message, HasSubstr("did not read register (request 2)"));
}

TEST(HostileDriver, ThatWritesBeforeItReadsIsNoDeadlock) {
  auto client = DriverClient::Start(Hostile("lookup", "big-then-answer"), kPatient);
  ASSERT_TRUE(client.has_value());
  const auto lookup = client->Send(kLookup, {});
  ASSERT_TRUE(lookup.has_value());
  const Operation big{OpKind::kRegister, "a", std::string(std::size_t{15} << 20U, 'x'), {}};
  const auto registered = client->Call(big, {});
  ASSERT_TRUE(registered.has_value()) << registered.error().message;
  EXPECT_TRUE(client->Await(*lookup).has_value());
  EXPECT_EQ(client->TakeEvents().size(), 9'000U);
}

TEST(HostileDriver, ThatClosesItsInputGivesAWriteFaultAndNoSignal) {
  auto client = DriverClient::Start(Hostile("lookup", "close-input"), kImpatient);
  ASSERT_TRUE(client.has_value());
  ASSERT_TRUE(client->Call(kLookup, {}).has_value());
  const auto result = client->Call(kLookup, {});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, Kind::kWriteFailed);
}

TEST(HostileDriver, ThatEndsAfterAnAnswerIsFoundOutAtTheNextCall) {
  auto client = DriverClient::Start(Hostile("lookup", "answer-and-exit"), kPatient);
  ASSERT_TRUE(client.has_value());
  ASSERT_TRUE(client->Call(kLookup, {}).has_value());
  const auto result = client->Call(kLookup, {});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().kind, Kind::kExited);
  EXPECT_THAT(result.error().message, HasSubstr("exited with status 0"));
}

TEST(DriverStop, FindsWhatADriverWroteBesideItsAnswers) {
  const struct {
    const char* op;
    const char* deed;
    Kind kind;
    const char* message;
  } cases[] = {
      {"lookup", "twice", Kind::kBadReply, "a second time"},
      {"lookup", "answer-and-more", Kind::kBadLine, "not JSON"},
      {"stop", "answer-and-more", Kind::kBadLine, "not JSON"},
      {"stop", "answer-and-half", Kind::kBadLine, "middle of a line"},
      {"stop", "twice", Kind::kBadReply, "a second time"},
      {"stop", "exit-3-after-answer", Kind::kExited, "after stop the driver exited with status 3"},
      {"stop", "exit-0", Kind::kExited, "instead of answering stop"},
      {"stop", "refused", Kind::kBadReply, "refused stop"},
  };
  for (const auto& [op, deed, kind, message] : cases) {
    SCOPED_TRACE(std::string(op) + " " + deed);
    auto client = DriverClient::Start(Hostile(op, deed), kPatient);
    ASSERT_TRUE(client.has_value());
    ASSERT_TRUE(client->Call(kLookup, {}).has_value());
    const auto stopped = client->Stop();
    ASSERT_FALSE(stopped.has_value());
    EXPECT_EQ(DriverFaultName(stopped.error().kind), DriverFaultName(kind));
    EXPECT_THAT(stopped.error().message, HasSubstr(message));
  }
}

TEST(DriverStop, WaitsNoLongerThanTold) {
  for (const char* deed : {"silence", "hang-after-answer", "close-output"}) {
    SCOPED_TRACE(deed);
    auto client = DriverClient::Start(Hostile("stop", deed), kImpatient);
    ASSERT_TRUE(client.has_value());
    const auto stopped = client->Stop();
    ASSERT_FALSE(stopped.has_value());
    EXPECT_FALSE(client->Stop().has_value());
  }
}

TEST(DriverStop, TellsOfRequestsLeftUnanswered) {
  auto client = DriverClient::Start(Hostile("lookup", "reverse"), kPatient);
  ASSERT_TRUE(client.has_value());
  ASSERT_TRUE(client->Send(kLookup, {}).has_value());
  const auto stopped = client->Stop();
  ASSERT_FALSE(stopped.has_value());
  EXPECT_THAT(stopped.error().message, HasSubstr("without answering lookup (request 1)"));
}

TEST(DriverClient, CollectsAnswersInAnyOrder) {
  auto client = DriverClient::Start(Hostile("lookup", "reverse"), kPatient);
  ASSERT_TRUE(client.has_value());
  std::vector<std::int64_t> requests;
  for (int sent = 0; sent < 3; ++sent) requests.push_back(client->Send(kLookup, {}).value());
  for (const std::int64_t request : {requests[1], requests[0], requests[2]}) {
    const auto result = client->Await(request);
    ASSERT_TRUE(result.has_value()) << result.error().message;
    EXPECT_EQ(result->value(), Answer(Found{}));
  }
  EXPECT_TRUE(client->Stop().has_value());
}

TEST(DriverClient, KeepsWhatWasAnsweredBeforeItsDriverWasKilled) {
  auto client = DriverClient::Start(Hostile("clear", "silence"), kPatient);
  ASSERT_TRUE(client.has_value());
  const std::int64_t answered = client->Send(kLookup, {}).value();
  const std::int64_t also_answered = client->Send(kLookup, {}).value();
  const std::int64_t open = client->Send({OpKind::kClear, "", nullptr, {}}, {}).value();
  ASSERT_TRUE(client->Await(also_answered).has_value());
  client->Kill();
  EXPECT_TRUE(client->Await(answered).has_value());
  const auto killed = client->Await(open);
  ASSERT_FALSE(killed.has_value());
  EXPECT_EQ(killed.error().kind, Kind::kExited);
  EXPECT_THAT(killed.error().message, HasSubstr("killed by the suite"));
}

}  // namespace
}  // namespace holdfast::conformance
