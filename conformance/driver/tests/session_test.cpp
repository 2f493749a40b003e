#include "conformance/driver/session.h"

#include <gtest/gtest.h>

#include "conformance/driver/json_depth.h"
#include "conformance/driver/line_reader.h"
#include "conformance/driver/tests/fake_backend.h"

namespace holdfast::conformance {
namespace {

class DriverSessionTest : public testing::Test {
 protected:
  std::string Output(const std::string& line) { return session_.Serve(line).output; }
  Json Reply(const std::string& line) { return Json::parse(Output(line)); }
  Json ReplyTo(const Json& request) { return Reply(request.dump()); }
  void Open(const std::string& store = "main") {
    const Json args = {{"dir", "/d"}, {"namespace", "n"}, {"max_entries", 3}, {"store", store}};
    ASSERT_EQ(ReplyTo(Json{{"id", 0}, {"op", "open"}, {"args", args}}),
              Json::parse(R"({"re":0,"ok":{}})"));
  }
  static void ExpectError(const Json& reply, const Json& re, const std::string& code,
                          const std::string& field = "", const std::string& effect = "none") {
    EXPECT_EQ(reply["re"], re);
    EXPECT_FALSE(reply.contains("ok"));
    ASSERT_TRUE(reply.contains("err")) << reply;
    EXPECT_EQ(reply["err"]["code"], code) << reply;
    EXPECT_EQ(reply["err"]["effect"], effect) << reply;
    EXPECT_EQ(reply["err"].value("field", ""), field) << reply;
    EXPECT_TRUE(reply["err"]["message"].is_string());
  }

  FakeBackend backend_;
  DriverSession session_{backend_};
};

TEST_F(DriverSessionTest, HelloTellsWhatTheBackendClaims) {
  const Json reply = Reply(R"({"id":0,"op":"hello","args":{"protocol":{"min":0,"max":3}}})");
  EXPECT_EQ(reply["re"], 0);
  EXPECT_EQ(reply["ok"]["protocol"], 1);
  EXPECT_EQ(reply["ok"]["driver"], (Json{{"name", "fake-driver"}, {"version", "1"}}));
  EXPECT_EQ(reply["ok"]["backend"], (Json{{"name", "fake"}, {"version", "2.3"}}));
  EXPECT_EQ(CapabilitiesFromJson(reply["ok"]["capabilities"]), backend_.description.capabilities);
}

TEST_F(DriverSessionTest, HelloRefusesARangeWithoutProtocolOne) {
  ExpectError(Reply(R"({"id":1,"op":"hello","args":{"protocol":{"min":2,"max":3}}})"), 1,
              "unsupported", "protocol");
  ExpectError(Reply(R"({"id":2,"op":"hello","args":{"protocol":{"min":0,"max":0}}})"), 2,
              "unsupported", "protocol");
  ExpectError(Reply(R"({"id":3,"op":"hello","args":{}})"), 3, "invalid-argument", "protocol");
  ExpectError(Reply(R"({"id":3,"op":"hello","args":{"protocol":{"min":"1","max":1}}})"), 3,
              "invalid-argument", "protocol");
}

TEST_F(DriverSessionTest, LinesThatAreNoRequestsAreAnsweredWithoutAnId) {
  for (const char* line : {"", "{", "nonsense", "[1]", "7", "null", "{}", R"({"op":"clear"})",
                           R"({"id":"1","op":"clear"})", R"({"id":1.5,"op":"clear"})",
                           R"({"id":null,"op":"clear"})", "{\"id\":1,\"op\":\"\xFF\"}"}) {
    SCOPED_TRACE(line);
    ExpectError(Reply(std::string(line)), nullptr, "invalid-argument");
  }
}

TEST_F(DriverSessionTest, OperationsNeedAnOpenStore) {
  for (const OpKind kind : kAllOpKinds) {
    const Json args = {{"key", "a"}, {"record", 1}};
    ExpectError(ReplyTo(Json{{"id", 5}, {"op", OpName(kind)}, {"args", args}}), 5, "closed");
  }
  Open();
  ExpectError(Reply(R"({"id":6,"op":"entries","args":{"store":"other"}})"), 6, "closed");
  EXPECT_EQ(Reply(R"({"id":7,"op":"close","args":{}})"), Json::parse(R"({"re":7,"ok":{}})"));
  ExpectError(Reply(R"({"id":8,"op":"entries","args":{}})"), 8, "closed");
  EXPECT_EQ(Reply(R"({"id":9,"op":"close"})"), Json::parse(R"({"re":9,"ok":{}})"));
}

TEST_F(DriverSessionTest, UnknownAndOptionalOperationsAreUnsupported) {
  Open();
  ExpectError(Reply(R"({"id":1,"op":"frobnicate","args":{}})"), 1, "unsupported");
  ExpectError(Reply(R"({"id":2,"op":"delete","args":{"key":"a"}})"), 2, "unsupported");
  ExpectError(Reply(R"({"id":3,"args":{}})"), 3, "invalid-argument", "op");
}

TEST_F(DriverSessionTest, BadArgumentsAreNamed) {
  const struct {
    const char* op;
    const char* args;
    const char* field;
  } cases[] = {
      {"open", R"({"namespace":"n","max_entries":1})", "dir"},
      {"open", R"({"dir":"/d","max_entries":1})", "namespace"},
      {"open", R"({"dir":"/d","namespace":"n"})", "max_entries"},
      {"open", R"({"dir":"/d","namespace":"n","max_entries":null})", "max_entries"},
      {"open", R"({"dir":"/d","namespace":"n","max_entries":1.5})", "max_entries"},
      {"open", R"({"dir":"/d","namespace":"n","max_entries":0})", "max_entries"},
      {"open", R"({"dir":"/d","namespace":"n","max_entries":18446744073709551615})", "max_entries"},
      {"open", R"({"dir":"/d","namespace":"n","max_entries":1,"default_ttl_ms":"1"})",
       "default_ttl_ms"},
      {"open", R"({"dir":"/d","namespace":"n","max_entries":1,"lock_timeout_ms":true})",
       "lock_timeout_ms"},
      {"open", R"({"dir":"/d","namespace":"n","max_entries":1,"store":1})", "store"},
      {"open", R"({"dir":"/d","namespace":"","max_entries":1})", "namespace"},
      {"register", R"({"record":1})", "key"},
      {"register", R"({"key":1,"record":1})", "key"},
      {"register", R"({"key":"a"})", "record"},
      {"register", R"({"key":"a","record":1,"ttl_ms":1.5})", "ttl_ms"},
      {"lookup", R"([])", "args"},
      {"lookup", R"({"key":"a","store":7})", "store"},
  };
  for (const auto& [op, args, field] : cases) {
    SCOPED_TRACE(std::string(op) + " " + args);
    Open();
    ExpectError(ReplyTo(Json{{"id", 4}, {"op", op}, {"args", Json::parse(args)}}), 4,
                "invalid-argument", field);
  }
  ExpectError(Reply(R"({"id":4,"op":"entries","now":"1","args":{}})"), 4, "invalid-argument",
              "now");
}

TEST_F(DriverSessionTest, NullIsAbsenceAndUnknownMembersAreIgnored) {
  EXPECT_EQ(
      Reply(R"({"id":1,"op":"open","now":null,"x":[{}],"args":{"dir":"/d","namespace":"n",)"
            R"("max_entries":1,"default_ttl_ms":null,"lock_timeout_ms":null,"store":null,"y":1}})"),
      Json::parse(R"({"re":1,"ok":{}})"));
  EXPECT_EQ(Reply(R"({"id":2,"op":"register","now":5,"args":{"key":"a","record":null,)"
                  R"("ttl_ms":null,"z":0}})"),
            Json::parse(R"({"re":2,"ok":{}})"));
  EXPECT_EQ(Reply(R"({"id":3,"op":"entries","now":5})"),
            Json::parse(R"({"re":3,"ok":{"entries":[{"id":"a","record":null,"created_at":5}]}})"));
}

TEST_F(DriverSessionTest, StoresOfDifferentNamesAreApart) {
  Open("main");
  Open("other");
  (void)Reply(R"({"id":1,"op":"register","args":{"key":"a","record":1,"store":"other"}})");
  EXPECT_EQ(Reply(R"({"id":2,"op":"lookup","args":{"key":"a"}})"),
            Json::parse(R"({"re":2,"ok":{"found":false}})"));
  EXPECT_EQ(Reply(R"({"id":3,"op":"lookup","args":{"key":"a","store":"other"}})"),
            Json::parse(R"({"re":3,"ok":{"found":true,"record":1}})"));
  Open("other");  // closes what the name meant
  EXPECT_EQ(Reply(R"({"id":4,"op":"lookup","args":{"key":"a","store":"other"}})"),
            Json::parse(R"({"re":4,"ok":{"found":false}})"));
  ExpectError(
      Reply(
          R"({"id":5,"op":"open","args":{"dir":"/d","namespace":"n","max_entries":1,"store":"c"}})"),
      5, "invalid-argument", "store");
}

TEST_F(DriverSessionTest, EventsComeBeforeTheReply) {
  EXPECT_EQ(
      Output(
          R"({"id":1,"op":"open","args":{"dir":"/d","namespace":"quarantine","max_entries":1}})"),
      "{\"event\":\"quarantine\",\"path\":\"/d/found-at-open\",\"reason\":\"corrupt\"}\n"
      "{\"ok\":{},\"re\":1}\n");
  EXPECT_EQ(Output(R"({"id":2,"op":"lookup","args":{"key":"quarantine"}})"),
            "{\"event\":\"quarantine\",\"path\":\"/d/"
            "bad\",\"reason\":\"version-mismatch\",\"version\":7}\n"
            "{\"event\":\"quarantine\",\"path\":\"/d/worse\",\"reason\":\"corrupt\"}\n"
            "{\"ok\":{\"found\":false},\"re\":2}\n");
}

TEST_F(DriverSessionTest, WhatABackendThrowsIsInternalWithUnknownEffect) {
  Open();
  ExpectError(Reply(R"({"id":1,"op":"lookup","args":{"key":"throw"}})"), 1, "internal", "",
              "unknown");
  ExpectError(Reply(R"({"id":2,"op":"lookup","args":{"key":"throw-int"}})"), 2, "internal", "",
              "unknown");
  ExpectError(Reply(R"({"id":3,"op":"lookup","args":{"key":"bad-utf8"}})"), 3, "internal", "",
              "unknown");
  ExpectError(Reply(R"({"id":4,"op":"register","args":{"key":"full","record":1}})"), 4, "full");
}

TEST_F(DriverSessionTest, LoneSurrogatesPassBothWays) {
  Open();
  const std::string request =
      R"({"id":1,"op":"register","now":1,"args":{"key":"\ud800","record":{"\udfff":"x\udc00"}}})";
  EXPECT_EQ(Reply(request), Json::parse(R"({"re":1,"ok":{}})"));
  EXPECT_EQ(Output(R"({"id":2,"op":"entries"})"),
            "{\"ok\":{\"entries\":[{\"created_at\":1,\"id\":\"\\ud800\",\"record\":{\"\\udfff\":"
            "\"x\\udc00\"}}]},\"re\":2}\n");
}

TEST_F(DriverSessionTest, AListingOverTheLineLimitIsTooLarge) {
  Open();
  for (const char* id : {"a", "b"}) {
    const Json args = {{"key", id}, {"record", std::string(kMaxLineBytes / 2, 'x')}};
    EXPECT_TRUE(ReplyTo(Json{{"id", 1}, {"op", "register"}, {"args", args}}).contains("ok"));
  }
  ExpectError(Reply(R"({"id":2,"op":"entries"})"), 2, "too-large");
}

TEST_F(DriverSessionTest, ALineThatNestsTooDeepForTheStackIsRefused) {
  Open();
  constexpr std::size_t kDeep = 1'000'000;
  const std::string request = R"({"id":7,"op":"register","args":{"key":"a","record":)" +
                              std::string(kDeep, '[') + std::string(kDeep, ']') + "}}";
  ExpectError(Reply(request), 7, "too-large", "record");
}

TEST_F(DriverSessionTest, StopClosesAndEnds) {
  Open();
  const Served served = session_.Serve(R"({"id":3,"op":"stop"})");
  EXPECT_TRUE(served.stopped);
  EXPECT_EQ(Json::parse(served.output), Json::parse(R"({"re":3,"ok":{}})"));
  ExpectError(Reply(R"({"id":4,"op":"entries"})"), 4, "closed");
}

TEST_F(DriverSessionTest, AWallClockBackendIsGivenNoTime) {
  backend_.description.capabilities.clock = ClockKind::kWall;
  DriverSession wall(backend_);
  (void)wall.Serve(R"({"id":0,"op":"open","args":{"dir":"/d","namespace":"n","max_entries":1}})");
  (void)wall.Serve(R"({"id":1,"op":"register","now":5,"args":{"key":"a","record":1}})");
  const Json listed = Json::parse(wall.Serve(R"({"id":2,"op":"entries"})").output);
  EXPECT_EQ(listed["ok"]["entries"][0]["created_at"], -1);
}

TEST(JsonDepth, CountsBracketsOutsideStrings) {
  EXPECT_EQ(JsonDepth("1"), 0U);
  EXPECT_EQ(JsonDepth("[1]"), 1U);
  EXPECT_EQ(JsonDepth(R"({"[[[":"]\"[[{"})"), 1U);
  EXPECT_EQ(JsonDepth(R"([[],{"a":[{}]}])"), 4U);
  EXPECT_EQ(JsonDepth("]]][\\"), 1U);
}

}  // namespace
}  // namespace holdfast::conformance
