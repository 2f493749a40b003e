// What the drivers in Python promise beside the operations themselves, which certification tests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "conformance/actor/driver_client.h"
#include "conformance/backends/memory/memory_backend.h"
#include "holdfast/spec/wire.h"

namespace holdfast::conformance {
namespace {

constexpr DriverTimeouts kPatient{std::chrono::seconds(60), std::chrono::seconds(60),
                                  std::chrono::seconds(60)};

class PythonDriverTest : public testing::Test {
 protected:
  PythonDriverTest() {
    char name[] = "/tmp/holdfast-python-XXXXXX";
    dir_ = mkdtemp(name);
  }
  ~PythonDriverTest() override { std::filesystem::remove_all(dir_); }

  static DriverClient Start(const std::string& folder) {
    const std::string path = HOLDFAST_SOURCE_DIR "/conformance/backends/" + folder + "/driver.py";
    return DriverClient::Start({{"python3", path}, nullptr}, kPatient).value();
  }
  [[nodiscard]] Expected<void, StoreError> Open(
      DriverClient& client, std::int64_t cap = 100,
      std::optional<std::int64_t> lock_timeout = {}) const {
    return client.Open({dir_, "n", cap, std::nullopt, lock_timeout}).value();
  }
  static Result Call(DriverClient& client, OpKind kind, const std::string& id = "",
                     Json record = nullptr, std::optional<std::int64_t> ttl = {},
                     std::int64_t now = 1000) {
    return client.Call({kind, id, std::move(record), ttl}, {"main", now}).value();
  }
  [[nodiscard]] std::string Database() const { return dir_ + "/n.sqlite3"; }

  std::string dir_;
};

TEST_F(PythonDriverTest, KeepsWhatWasAcknowledgedBeforeAKill) {
  for (const char* folder :
       {"python_sqlite", "python_sqlite_naive", "python_minimal", "python_file"}) {
    SCOPED_TRACE(folder);
    DriverClient first = Start(folder);
    ASSERT_TRUE(Open(first).has_value());
    ASSERT_TRUE(Call(first, OpKind::kRegister, "a", {{"x", 5e-324}}).has_value());
    first.Kill();
    DriverClient second = Start(folder);
    ASSERT_TRUE(Open(second).has_value());
    EXPECT_EQ(Call(second, OpKind::kLookup, "a"), Result(Answer(Found{Json{{"x", 5e-324}}})));
    EXPECT_TRUE(second.Stop().has_value());
  }
}

TEST_F(PythonDriverTest, ChecksIdThenRecordThenTtl) {
  const std::string surrogate = "\xED\xA0\x80";
  Json too_deep = 0;
  for (int level = 0; level < 101; ++level) too_deep = Json::array({too_deep});
  const struct {
    std::string id;
    Json record;
    std::optional<std::int64_t> ttl;
    ErrorCode code;
    const char* field;
  } cases[] = {
      {" \xEF\xBB\xBF\xE2\x80\xA8", surrogate, -1, ErrorCode::kInvalidArgument, "key"},
      {surrogate, surrogate, -1, ErrorCode::kInvalidArgument, "key"},
      {std::string(513, 'x'), surrogate, -1, ErrorCode::kTooLarge, "key"},
      {"a", surrogate, -1, ErrorCode::kInvalidArgument, "record"},
      {"a", {{surrogate, 1}}, -1, ErrorCode::kInvalidArgument, "record"},
      {"a", too_deep, -1, ErrorCode::kTooLarge, "record"},
      {"a", std::string(1U << 20U, 'x'), -1, ErrorCode::kTooLarge, "record"},
      {"a", 1, -1, ErrorCode::kInvalidArgument, "ttl_ms"},
      {"a", 1, kMaxSafeInteger - 999, ErrorCode::kInvalidArgument, "ttl_ms"},
  };
  DriverClient client = Start("python_sqlite");
  ASSERT_TRUE(Open(client).has_value());
  for (const auto& refused : cases) {
    for (const OpKind kind : {OpKind::kRegister, OpKind::kClaim}) {
      const Result result = Call(client, kind, refused.id, refused.record, refused.ttl);
      ASSERT_FALSE(result.has_value()) << refused.id;
      EXPECT_EQ(result.error().code, refused.code) << result.error().message;
      EXPECT_EQ(result.error().field, refused.field);
      EXPECT_EQ(result.error().effect, Effect::kNone);
    }
  }
  EXPECT_EQ(Call(client, OpKind::kEntries), Result(Answer(Listed{})));
  EXPECT_TRUE(
      Call(client, OpKind::kRegister, "a", too_deep[0], kMaxSafeInteger - 1000).has_value());
}

TEST_F(PythonDriverTest, AnswersCorruptAndLeavesAFileThatIsNoDatabase) {
  const std::string bytes(4096, 'x');
  std::ofstream(Database()) << bytes;
  DriverClient client = Start("python_sqlite");
  const auto opened = Open(client);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
  std::ostringstream after;
  after << std::ifstream(Database()).rdbuf();
  EXPECT_EQ(after.str(), bytes);
}

// A driver that has no store, and holds the write lock of a database from open to close.
constexpr const char* kLockHolder = R"(
import json, sqlite3, sys
for line in sys.stdin.buffer:
    request = json.loads(line)
    ok = {}
    if request["op"] == "hello":
        name = {"name": "holder", "version": "1"}
        ok = {"protocol": 1, "driver": name, "backend": name, "capabilities": {}}
    if request["op"] == "open":
        db = sqlite3.connect(sys.argv[1], isolation_level=None)
        db.execute("BEGIN IMMEDIATE")
    if request["op"] == "close":
        db.close()
    print(json.dumps({"re": request["id"], "ok": ok}), flush=True)
)";

TEST_F(PythonDriverTest, AnswersBusyWhileAnotherProcessHoldsTheDatabase) {
  DriverClient client = Start("python_sqlite");
  ASSERT_TRUE(Open(client, 100, 0).has_value());
  DriverClient holder =
      DriverClient::Start({{"python3", "-c", kLockHolder, Database()}, nullptr}, kPatient).value();
  ASSERT_TRUE(Open(holder).has_value());
  const Result busy = Call(client, OpKind::kRegister, "a", 1);
  EXPECT_TRUE(Call(client, OpKind::kEntries).has_value()) << "a reader waits for nobody";
  ASSERT_TRUE(holder.Close().value().has_value());
  ASSERT_FALSE(busy.has_value());
  EXPECT_EQ(busy.error().code, ErrorCode::kBusy);
  EXPECT_EQ(busy.error().effect, Effect::kNone);
  EXPECT_TRUE(Call(client, OpKind::kRegister, "a", 1).has_value());
}

TEST_F(PythonDriverTest, LosesNothingWhereClientsRace) {
  std::vector<DriverClient> clients;
  for (int client = 0; client < 3; ++client) {
    clients.push_back(Start("python_sqlite"));
    ASSERT_TRUE(Open(clients.back()).has_value());
  }
  int held = 0;
  for (int round = 0; round < 20; ++round) {
    std::vector<std::pair<DriverClient*, std::int64_t>> open;
    for (DriverClient& client : clients) {
      for (const OpKind kind : {OpKind::kClaim, OpKind::kConsume, OpKind::kClaim}) {
        open.emplace_back(&client, client.Send({kind, "a", round, {}}, {"main", 1000}).value());
      }
    }
    for (const auto& [client, request] : open) {
      const Result result = client->Await(request).value();
      ASSERT_TRUE(result.has_value()) << result.error().message;
      if (const auto* claimed = std::get_if<Claimed>(&*result)) held += claimed->claimed ? 1 : 0;
      if (const auto* found = std::get_if<Found>(&*result)) held -= found->record ? 1 : 0;
    }
    const Result listed = Call(clients[0], OpKind::kEntries);
    ASSERT_EQ(std::get<Listed>(*listed).entries.size(), static_cast<std::size_t>(held));
  }
}

// The two were written apart. The clock never steps back here: what may be seen then is left open.
TEST_F(PythonDriverTest, AgreesWithTheStoreInMemory) {
  std::mt19937 random(20240229);
  const auto pick = [&](const auto& choices) { return choices[random() % std::size(choices)]; };
  const auto memory = MakeMemoryBackend();
  for (const char* folder : {"python_sqlite", "python_sqlite_naive", "python_file"}) {
    DriverClient client = Start(folder);
    for (int program = 0; program < 8; ++program) {
      OpenOptions options{dir_, folder + std::to_string(program), 1 + program % 4, {}, {}};
      if (program % 2 == 1) options.default_ttl_ms = 7;
      ASSERT_TRUE(client.Open(options).value().has_value());
      const auto store = memory->Open(options, {}).value();
      std::int64_t now = 1000;
      for (int step = 0; step < 40; ++step) {
        Operation operation{pick(kAllOpKinds), "", nullptr, std::nullopt};
        if (TakesId(operation.kind))
          operation.id =
              pick(std::array{"9", "10", "a", " a\t", "B", "\xC3\xA9", "\xF0\x9F\x98\x80", ""});
        if (TakesRecord(operation.kind)) {
          operation.record = pick(std::array<Json, 4>{1.5, nullptr, {{"n", step}}, "\xE2\x80\xA8"});
          operation.ttl_ms = pick(
              std::array<std::optional<std::int64_t>, 5>{std::nullopt, std::nullopt, 0, 3, -1});
        }
        const Result expected = Apply(*store, operation, now);
        const Result got = client.Call(operation, {"main", now}).value();
        ASSERT_EQ(got.has_value(), expected.has_value()) << OpName(operation.kind);
        if (got) {
          ASSERT_EQ(AnswerToJson(*got), AnswerToJson(*expected)) << OpName(operation.kind);
        } else {
          ASSERT_EQ(got.error().code, expected.error().code);
          ASSERT_EQ(got.error().field, expected.error().field);
        }
        now += pick(std::array{0, 0, 1, 2, 3});
      }
    }
  }
}

TEST_F(PythonDriverTest, HasATwinThatClaimsTheSame) {
  EXPECT_EQ(Start("python_sqlite").description().capabilities,
            Start("python_sqlite_naive").description().capabilities);
}

TEST_F(PythonDriverTest, DropsNoTtlThatItDoesNotHave) {
  DriverClient client = Start("python_minimal");
  ASSERT_TRUE(Open(client).has_value());
  EXPECT_EQ(Call(client, OpKind::kRegister, "a", 1, 5).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(Call(client, OpKind::kLookup, "a"), Result(Answer(Found{})));
}

}  // namespace
}  // namespace holdfast::conformance
