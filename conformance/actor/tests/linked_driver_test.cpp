// Whole sessions with a linked backend: what goes in on one side of the wire comes out on the
// other.
#include <dirent.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "conformance/actor/tests/hostile.h"
#include "conformance/driver/tests/fake_backend.h"
#include "holdfast/spec/wire.h"

namespace holdfast::conformance {
namespace {

OpenOptions Options(const std::string& namespace_name = "n") {
  return {"/d", namespace_name, 3, std::nullopt, std::nullopt};
}

class LinkedDriverTest : public testing::Test {
 protected:
  void SetUp() override {
    auto started = DriverClient::Start({{}, &backend_}, kPatient);
    ASSERT_TRUE(started.has_value()) << started.error().message;
    client_.emplace(std::move(*started));
    ASSERT_TRUE(client_->Open(Options()).value().has_value());
  }
  Result Call(OpKind kind, const std::string& id = "", Json record = nullptr,
              std::optional<std::int64_t> ttl = {}) {
    return client_->Call({kind, id, std::move(record), ttl}, {"main", 1000}).value();
  }

  FakeBackend backend_;
  std::optional<DriverClient> client_;
};

TEST_F(LinkedDriverTest, TellsWhatTheBackendSaysOfItself) {
  EXPECT_EQ(client_->description().driver, backend_.description.driver);
  EXPECT_EQ(client_->description().backend, backend_.description.backend);
  EXPECT_EQ(client_->description().capabilities, backend_.description.capabilities);
  EXPECT_NE(client_->pid(), getpid());
}

TEST_F(LinkedDriverTest, CarriesEveryOperation) {
  EXPECT_EQ(Call(OpKind::kRegister, "a", {{"n", 1}}, 50), Result(Answer(Done{})));
  EXPECT_EQ(Call(OpKind::kLookup, "a"), Result(Answer(Found{Json{{"n", 1}}})));
  EXPECT_EQ(Call(OpKind::kClaim, "a", 2), Result(Answer(Claimed{false})));
  EXPECT_EQ(Call(OpKind::kClaim, "b", nullptr), Result(Answer(Claimed{true})));
  EXPECT_EQ(Call(OpKind::kEntries),
            Result(Answer(Listed{{{"a", {{"n", 1}}, 1000, 1050}, {"b", nullptr, 1000, {}}}})));
  EXPECT_EQ(Call(OpKind::kConsume, "b"), Result(Answer(Found{Json(nullptr)})));
  EXPECT_EQ(Call(OpKind::kConsume, "b"), Result(Answer(Found{})));
  EXPECT_EQ(Call(OpKind::kClear), Result(Answer(Done{})));
  EXPECT_EQ(Call(OpKind::kDelete, "a").error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(Call(OpKind::kRegister, "full", 1).error(),
            (StoreError{ErrorCode::kFull, Effect::kNone, "", "planted"}));
  EXPECT_TRUE(client_->Stop().has_value());
}

TEST_F(LinkedDriverTest, KeepsStoresOfDifferentNamesApart) {
  ASSERT_TRUE(client_->Open(Options(), "other").value().has_value());
  (void)Call(OpKind::kRegister, "a", 1);
  const Operation lookup{OpKind::kLookup, "a", nullptr, {}};
  EXPECT_EQ(client_->Call(lookup, {"other", 1}).value(), Result(Answer(Found{})));
  ASSERT_TRUE(client_->Close("other").value().has_value());
  EXPECT_EQ(client_->Call(lookup, {"other", 1}).value().error().code, ErrorCode::kClosed);
  EXPECT_EQ(Call(OpKind::kLookup, "a"), Result(Answer(Found{Json(1)})));
}

TEST_F(LinkedDriverTest, HandsOutARefusalOfOpen) {
  const auto refused = client_->Open(Options("")).value();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().field, "namespace");
  EXPECT_EQ(Call(OpKind::kEntries).error().code, ErrorCode::kClosed);
}

TEST_F(LinkedDriverTest, KeepsEventsUntilTheyAreTaken) {
  ASSERT_TRUE(client_->Open(Options("quarantine")).value().has_value());
  (void)Call(OpKind::kLookup, "quarantine");
  const std::vector<QuarantineEvent> expected = {
      {"/d/found-at-open", QuarantineEvent::Reason::kCorrupt, {}},
      {"/d/bad", QuarantineEvent::Reason::kVersionMismatch, 7},
      {"/d/worse", QuarantineEvent::Reason::kCorrupt, {}}};
  EXPECT_EQ(client_->TakeEvents(), expected);
  EXPECT_TRUE(client_->TakeEvents().empty());
}

TEST_F(LinkedDriverTest, IsNotDisturbedByABackendThatPrints) {
  EXPECT_TRUE(Call(OpKind::kRegister, "print", 1).has_value());
  EXPECT_EQ(client_->StderrTail(), "a line that a library prints\n");
}

TEST_F(LinkedDriverTest, OutlivesABackendThatThrows) {
  const Result thrown = Call(OpKind::kLookup, "throw");
  ASSERT_FALSE(thrown.has_value());
  EXPECT_EQ(thrown.error().code, ErrorCode::kInternal);
  EXPECT_EQ(thrown.error().effect, Effect::kUnknown);
  EXPECT_TRUE(Call(OpKind::kEntries).has_value());
}

TEST_F(LinkedDriverTest, TellsOfABackendThatCrashes) {
  const auto crashed = client_->Call({OpKind::kLookup, "crash", nullptr, {}}, {});
  ASSERT_FALSE(crashed.has_value());
  EXPECT_EQ(crashed.error().kind, DriverFault::Kind::kExited);
  EXPECT_NE(crashed.error().message.find("SIGABRT"), std::string::npos) << crashed.error().message;
}

TEST_F(LinkedDriverTest, RefusesARequestThatNoLineCarries) {
  EXPECT_THROW((void)Call(OpKind::kRegister, "a", std::string(std::size_t{16} << 20U, 'x')),
               std::length_error);
  EXPECT_TRUE(Call(OpKind::kEntries).has_value());
}

TEST_F(LinkedDriverTest, TellsThatAStoppedDriverIsStopped) {
  ASSERT_TRUE(client_->Stop().has_value());
  const auto after = client_->Call({OpKind::kEntries, "", nullptr, {}}, {});
  ASSERT_FALSE(after.has_value());
  EXPECT_EQ(after.error().message, "the driver was stopped");
}

std::size_t CountDescriptors() {
  std::size_t count = 0;
  DIR* dir = opendir("/proc/self/fd");
  while (readdir(dir) != nullptr) ++count;
  closedir(dir);
  return count;
}

TEST(DriverLifetime, LeavesNeitherZombiesNorDescriptors) {
  FakeBackend backend;
  const std::size_t before = CountDescriptors();
  for (int cycle = 0; cycle < 200; ++cycle) {
    auto client = DriverClient::Start(
        cycle % 2 == 0 ? DriverSource{{}, &backend}
                       : DriverSource{{HOLDFAST_HOSTILE_DRIVER, "lookup", "exit-0"}, nullptr},
        kPatient);
    ASSERT_TRUE(client.has_value()) << client.error().message;
    if (cycle % 4 == 0) client->Kill();
    if (cycle % 4 == 1) (void)client->Call({OpKind::kLookup, "a", nullptr, {}}, {});
    if (cycle % 4 == 2) {
      ASSERT_TRUE(client->Stop().has_value());
    }
    DriverClient moved = std::move(*client);
  }
  EXPECT_EQ(CountDescriptors(), before);
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

rc::Gen<std::string> AnyText() {
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
                          "a", "é", "\xE2\x80\xA8", "\"", "\\", "\n", "\r", std::string(1, '\0'),
                          "\xF0\x9F\x98\x80", "\xED\xA0\x80", "surrogate0x", "\\ud800", "/")),
                      [](const std::vector<std::string>& parts) {
                        std::string text;
                        for (const std::string& part : parts) text += part;
                        // Two halves side by side are a whole character on the wire, and come back
                        // as one.
                        return text;
                      });
}

rc::Gen<Json> AnyRecord() {
  return rc::gen::oneOf(
      rc::gen::map(AnyText(), [](std::string text) { return Json(std::move(text)); }),
      rc::gen::map(rc::gen::element<double>(0.1, 1e300, -5e-324, 1.0, 1e15),
                   [](double number) { return Json(number); }),
      rc::gen::map(
          rc::gen::element<std::int64_t>(0, -1, 9007199254740991, -9007199254740991, 1'000'000),
          [](std::int64_t number) { return Json(number); }),
      rc::gen::map(rc::gen::container<std::map<std::string, std::string>>(AnyText(), AnyText()),
                   [](const std::map<std::string, std::string>& members) { return Json(members); }),
      rc::gen::map(rc::gen::arbitrary<bool>(), [](bool flag) {
        return Json::array({flag, nullptr, Json::object()});
      }));
}

// What the driver answers over the wire is what the same backend answers when it is called.
RC_GTEST_PROP(DriverProtocol, ChangesNoOperationAndNoAnswer, ()) {
  static FakeBackend backend;
  static std::optional<DriverClient> client;
  if (!client) client.emplace(DriverClient::Start({{}, &backend}, kPatient).value());
  RC_ASSERT(client->Open(Options()).value().has_value());
  const auto direct = backend.Open(Options(), {}).value();
  const auto length = *rc::gen::inRange(0, 20);
  for (int step = 0; step < length; ++step) {
    Operation operation;
    operation.kind = *rc::gen::elementOf(kAllOpKinds);
    if (TakesId(operation.kind))
      operation.id = *rc::gen::oneOf(AnyText(), rc::gen::element<std::string>("a", "b", "full"));
    if (TakesRecord(operation.kind)) {
      operation.record = *AnyRecord();
      if (*rc::gen::arbitrary<bool>())
        operation.ttl_ms = *rc::gen::element<std::int64_t>(0, -1, 50, 9007199254740991);
    }
    const VirtualNow now = *rc::gen::inRange<std::int64_t>(0, 1'000'000);
    const Result expected = Apply(*direct, operation, now);
    const Result got = client->Call(operation, {"main", now}).value();
    RC_ASSERT(ResultToJson(got) == ResultToJson(expected));
  }
}

}  // namespace
}  // namespace holdfast::conformance
