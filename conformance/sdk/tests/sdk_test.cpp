// The two files that do the protocol for a store in Python or in Node, and their templates.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <ostream>

#include "conformance/actor/driver_client.h"
#include "conformance/lint/lint_driver.h"
#include "holdfast/spec/wire.h"

namespace holdfast::conformance {
namespace {

constexpr DriverTimeouts kPatient{std::chrono::seconds(60), std::chrono::seconds(60),
                                  std::chrono::seconds(60)};

struct Language {
  const char* name;
  const char* interpreter;
  const char* sdk;
  const char* store;  ///< The template.
  const char* tale;   ///< A store that has a tale for each call.
};

// Every key answers with what the call was given; "warns" tells of a quarantine, "fails" throws
// what a system call throws, and "breaks" something else.
constexpr const char* kTaleInPython = R"(
import driver
class Store:
    def __init__(self, options, warn):
        self.options, self.warn = options, warn
    def register(self, key, record, ttl_ms, now):
        driver.expiry(now(), ttl_ms)
    def claim(self, key, record, ttl_ms, now):
        return key == "free"
    def lookup(self, key, now):
        if key == "large": return "x" * (1 << 20)
        if key == "warns": self.warn("/aside", "version-mismatch", 2)
        if key == "fails": raise OSError(5, "Input/output error")
        if key == "breaks": raise RuntimeError("no idea")
        return driver.ABSENT if key == "absent" else [key, now(), self.options.namespace]
    def consume(self, key, now):
        return None
    def entries(self, now):
        return [driver.Entry("a", 1), driver.Entry("b", 2, 3, 4)]
    def clear(self, now):
        raise driver.Refusal("busy", message="another one is at it")
driver.serve(Store, driver=("tale", "1"), backend=("tale", "1"),
             capabilities={"ttl": True, "ttl_zero": "rejected", "claim": True})
)";

constexpr const char* kTaleInNode = R"(
import {Refusal, expiry, serve} from './driver.mjs';
process.stdout.on('drain', () => {});  // as a package may: from now on the pipe does not block
serve({
  open: ({namespace}, warn) => ({
    register: ({ttlMs}, now) => { expiry(now(), ttlMs); },
    claim: ({key}) => key === 'free',
    lookup: ({key}, now) => {
      if (key === 'large') return 'x'.repeat(1 << 20);
      if (key === 'warns') warn({path: '/aside', reason: 'version-mismatch', version: 2});
      if (key === 'fails') throw Object.assign(new Error('EIO'), {code: 'EIO', syscall: 'open'});
      if (key === 'breaks') throw new Error('no idea');
      return key === 'absent' ? undefined : [key, now(), namespace];
    },
    consume: async () => null,
    entries: async () => [{id: 'a', record: 1}, {id: 'b', record: 2, createdAt: 3, expiresAt: 4}],
    clear: () => { throw new Refusal('busy', {message: 'another one is at it'}); },
  }),
  driver: ['tale', '1'], backend: ['tale', '1'],
  capabilities: {ttl: true, ttl_zero: 'rejected', claim: true},
});
)";

constexpr Language kLanguages[] = {
    {"Python", "python3", "driver.py", "template.py", kTaleInPython},
    {"Node", "node", "driver.mjs", "template.mjs", kTaleInNode},
};

void PrintTo(const Language& language, std::ostream* out) { *out << language.name; }

// A user's folder: the file that does the protocol, the template, and the store with the tales.
class Sdk : public testing::TestWithParam<Language> {
 protected:
  Sdk() {
    char name[] = "/tmp/holdfast-sdk-XXXXXX";
    dir_ = mkdtemp(name);
    for (const char* file : {GetParam().sdk, GetParam().store})
      std::filesystem::copy_file(
          std::filesystem::path(HOLDFAST_SOURCE_DIR "/conformance/sdk") / file, dir_ / file);
    std::ofstream(dir_ / TaleName()) << GetParam().tale;
  }
  ~Sdk() override { std::filesystem::remove_all(dir_); }

  static std::string TaleName() {
    return "tale" + std::filesystem::path(GetParam().sdk).extension().string();
  }
  [[nodiscard]] DriverSource Source(const std::string& file) const {
    return {{GetParam().interpreter, (dir_ / file).string()}, nullptr};
  }
  [[nodiscard]] DriverClient Start(const std::string& file) const {
    DriverClient client = DriverClient::Start(Source(file), kPatient).value();
    const OpenOptions options{dir_.string(), "demo", 3, std::nullopt, std::nullopt};
    EXPECT_TRUE(client.Open(options).value().has_value());
    return client;
  }
  static Result Call(DriverClient& client, const Operation& operation) {
    return client.Call(operation, {"main", 1000}).value();
  }
  static StoreError Refused(DriverClient& client, const Operation& operation) {
    const Result result = Call(client, operation);
    return result ? StoreError{} : result.error();
  }

  std::filesystem::path dir_;
};

TEST_P(Sdk, HasATemplateThatSpeaksTheProtocol) {
  const LintReport report = LintDriver(Source(GetParam().store), dir_.string(), kPatient);
  for (const auto& finding : report.findings) EXPECT_EQ(finding.problem, "") << finding.name;
  EXPECT_TRUE(report.Passed());
}

TEST_P(Sdk, HasATemplateThatKeepsWhatItAcknowledged) {
  DriverClient first = Start(GetParam().store);
  ASSERT_TRUE(Call(first, {OpKind::kRegister, " a ", nullptr, {}}).has_value());
  ASSERT_TRUE(Call(first, {OpKind::kRegister, "b", {{"__proto__", 1}}, {}}).has_value());
  ASSERT_TRUE(Call(first, {OpKind::kConsume, "b", {}, {}}).has_value());
  first.Kill();
  DriverClient second = Start(GetParam().store);
  EXPECT_EQ(Call(second, {OpKind::kEntries, "", {}, {}}),
            Result(Answer(Listed{{Entry{"a", nullptr, 1000, std::nullopt}}})));
  EXPECT_TRUE(second.Stop().has_value());
}

TEST_P(Sdk, RefusesATtlThatTheStoreDoesNotClaim) {
  DriverClient client = Start(GetParam().store);
  const StoreError error = Refused(client, {OpKind::kRegister, "a", 1, 5});
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_EQ(error.field, "ttl_ms");
}

TEST_P(Sdk, ChecksIdThenRecordThenTtlBeforeTheStoreIsAsked) {
  const std::string surrogate = "\xED\xA0\x80";
  Json too_deep = 0;
  for (int level = 0; level < 101; ++level) too_deep = Json::array({too_deep});
  const struct {
    std::string id;
    Json record;
    std::int64_t ttl;
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
  DriverClient client = Start(TaleName());
  for (const auto& refused : cases) {
    const StoreError error =
        Refused(client, {OpKind::kRegister, refused.id, refused.record, refused.ttl});
    EXPECT_EQ(error.code, refused.code) << error.message;
    EXPECT_EQ(error.field, refused.field) << error.message;
    EXPECT_EQ(error.effect, Effect::kNone);
  }
  EXPECT_TRUE(
      Call(client, {OpKind::kRegister, "a", too_deep[0], kMaxSafeInteger - 1000}).has_value());
}

TEST_P(Sdk, RefusesATtlOfZeroWhereTheStoreRejectsIt) {
  DriverClient client = Start(TaleName());
  for (const OpKind kind : {OpKind::kRegister, OpKind::kClaim}) {
    const StoreError refused = Refused(client, {kind, "free", 1, 0});
    EXPECT_EQ(refused.code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(refused.field, "ttl_ms");
    EXPECT_EQ(refused.effect, Effect::kNone);
  }
  EXPECT_TRUE(Call(client, {OpKind::kRegister, "free", 1, 1}).has_value());
}

TEST_P(Sdk, PassesAnswersOn) {
  DriverClient client = Start(TaleName());
  EXPECT_EQ(Call(client, {OpKind::kLookup, "\xE3\x80\x80x ", {}, {}}),
            Result(Answer(Found{Json::array({"x", 1000, "demo"})})));
  EXPECT_EQ(Call(client, {OpKind::kLookup, "absent", {}, {}}), Result(Answer(Found{})));
  EXPECT_EQ(Call(client, {OpKind::kConsume, "a", {}, {}}), Result(Answer(Found{Json(nullptr)})));
  EXPECT_EQ(Call(client, {OpKind::kClaim, "free", 1, {}}), Result(Answer(Claimed{true})));
  EXPECT_EQ(Call(client, {OpKind::kClaim, "held", 1, {}}), Result(Answer(Claimed{false})));
  EXPECT_EQ(
      Call(client, {OpKind::kEntries, "", {}, {}}),
      Result(Answer(Listed{{Entry{"a", 1, std::nullopt, std::nullopt}, Entry{"b", 2, 3, 4}}})));
  EXPECT_EQ(Refused(client, {OpKind::kDelete, "a", {}, {}}).code, ErrorCode::kUnsupported);
}

TEST_P(Sdk, WritesAnAnswerThatNoPipeHolds) {
  DriverClient client = Start(TaleName());
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(Call(client, {OpKind::kLookup, "large", {}, {}}),
              Result(Answer(Found{Json(std::string(1U << 20U, 'x'))})));
  }
}

TEST_P(Sdk, TellsWhatTheStoreThrows) {
  DriverClient client = Start(TaleName());
  EXPECT_EQ(Refused(client, {OpKind::kClear, "", {}, {}}),
            (StoreError{ErrorCode::kBusy, Effect::kNone, "", "another one is at it"}));
  const StoreError failed = Refused(client, {OpKind::kLookup, "fails", {}, {}});
  EXPECT_EQ(failed.code, ErrorCode::kIo);
  EXPECT_EQ(failed.effect, Effect::kUnknown);
  const StoreError broken = Refused(client, {OpKind::kLookup, "breaks", {}, {}});
  EXPECT_EQ(broken.code, ErrorCode::kInternal);
  EXPECT_THAT(broken.message, testing::HasSubstr("no idea"));
}

TEST_P(Sdk, TellsOfAQuarantine) {
  DriverClient client = Start(TaleName());
  ASSERT_TRUE(Call(client, {OpKind::kLookup, "warns", {}, {}}).has_value());
  const auto events = client.TakeEvents();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].path, "/aside");
  EXPECT_EQ(events[0].version, 2);
}

INSTANTIATE_TEST_SUITE_P(Each, Sdk, testing::ValuesIn(kLanguages),
                         [](const auto& chosen) { return std::string(chosen.param.name); });

TEST(SdkInPython, SaysWhichMethodAStoreLacks) {
  const std::string program = "import sys; sys.path.insert(0, '" HOLDFAST_SOURCE_DIR
                              "/conformance/sdk'); import driver\n"
                              "class Store:\n  def lookup(self, key, now): pass\n"
                              "driver.serve(Store, ('d', '1'), ('b', '1'), {'claim': True})";
  const auto started = DriverClient::Start({{"python3", "-c", program}, nullptr}, kPatient);
  ASSERT_FALSE(started.has_value());
  EXPECT_THAT(started.error().stderr_tail,
              testing::HasSubstr("Store has no method register, consume, entries, clear, claim"));
}

}  // namespace
}  // namespace holdfast::conformance
